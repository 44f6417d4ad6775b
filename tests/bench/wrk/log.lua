-- Logs duties, each member in turn, half a day apart, so that no two of a member's overlap.
-- Arguments: the file of members, the first second, "ours" or "probe".
local lib = dofile(os.getenv("BENCH_WRK") .. "/lib.lua")
local n, base, probe = 0, 0, false

function init(args)
  lib.read(args[1])
  base, probe = tonumber(args[2]), args[3] == "probe"
end

function request()
  local who = lib.members[n % #lib.members + 1]
  local start = base + math.floor(n / #lib.members) * 43200
  n = n + 1
  local times = string.format('"unit_id":"%s","kind_id":"%s","started_at":"%s","ended_at":"%s"', who.unit, who.kind,
    os.date("!%Y-%m-%dT%H:%M:%SZ", start), os.date("!%Y-%m-%dT%H:%M:%SZ", start + 28800))
  if probe then
    return wrk.format("POST", "/log", { ["content-type"] = "application/json" },
      '{"person":"' .. who.person .. '",' .. times .. "}")
  end
  return wrk.format("POST", "/api/v1/duties",
    { ["content-type"] = "application/json", ["x-csrf-token"] = who.csrf, cookie = who.cookie }, "{" .. times .. "}")
end
