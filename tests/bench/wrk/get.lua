-- Fetches one path, each member in turn. Arguments: the file of members, the path, "ours" or "probe".
local lib = dofile(os.getenv("BENCH_WRK") .. "/lib.lua")
local n, requests = 0, {}

function init(args)
  lib.read(args[1])
  for i, who in ipairs(lib.members) do
    if args[3] == "probe" then
      requests[i] = wrk.format("GET", args[2] .. "?person=" .. who.person)
    else
      requests[i] = wrk.format("GET", args[2], { cookie = who.cookie })
    end
  end
end

function request()
  n = n + 1
  return requests[n % #requests + 1]
end
