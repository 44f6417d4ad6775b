-- Fetches pages, each member in turn, and takes nothing but 200 for an answer.
-- Arguments: the file of members; requests in a second, 0 for as many as are answered; the paths.
--
-- With a rate, a request has its instant whatever became of the one before, and one that is late is made up for: the
-- rate stays the same beside other work, as long as there are connections that wait for no answer.
local lib = dofile(os.getenv("BENCH_WRK") .. "/lib.lua")
local n, requests = 0, {}

function init(args)
  lib.read(args[1])
  lib.only_200()
  for _, who in ipairs(lib.members) do
    for at = 3, #args do
      requests[#requests + 1] = wrk.format("GET", args[at], { cookie = who.cookie })
    end
  end
  local rate, due = tonumber(args[2]), nil
  if rate > 0 then
    -- wrk asks for it before each request of a connection.
    function delay()
      local now = lib.milliseconds()
      due = due and due + 1000 / rate or now
      return math.max(0, due - now)
    end
  end
end

function request()
  n = n + 1
  return requests[n % #requests + 1]
end
