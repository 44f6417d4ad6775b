-- What both scripts share: the members, and the figures in one line for the driver.
local lib = { members = {} }

function lib.read(path)
  for line in io.lines(path) do
    local cookie, person, unit, kind, csrf = line:match("^(.-)\t(.-)\t(.-)\t(.-)\t(.-)$")
    lib.members[#lib.members + 1] = { cookie = cookie, person = person, unit = unit, kind = kind, csrf = csrf }
  end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("FIGURES %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), e.status + e.connect + e.read + e.write + e.timeout))
end

return lib
