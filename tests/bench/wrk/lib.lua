-- What the scripts share: the members, and the figures in one line for the driver.
local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds, nanoseconds; } instant; int clock_gettime(int, instant *);")
local lib = { members = {} }
local now, threads = ffi.new("instant"), {}

function lib.read(path)
  for line in io.lines(path) do
    local cookie, person, unit, kind, csrf = line:match("^(.-)\t(.-)\t(.-)\t(.-)\t(.-)$")
    lib.members[#lib.members + 1] = { cookie = cookie, person = person, unit = unit, kind = kind, csrf = csrf }
  end
end

-- Milliseconds of the clock that only goes forward.
function lib.milliseconds()
  ffi.C.clock_gettime(1, now)
  return tonumber(now.seconds) * 1000 + tonumber(now.nanoseconds) / 1e6
end

-- Takes every answer but 200 for an error; wrk alone takes a redirect for a success. Costs a call for each answer.
function lib.only_200()
  others = 0
  function response(status)
    if status ~= 200 then
      others = others + 1
    end
  end
end

function setup(thread)
  threads[#threads + 1] = thread
end

function done(summary, latency)
  local e, others = summary.errors, 0
  for _, thread in ipairs(threads) do
    others = others + (thread:get("others") or 0)
  end
  io.write(string.format("FIGURES %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), math.max(e.status, others) + e.connect + e.read + e.write + e.timeout))
end

return lib
