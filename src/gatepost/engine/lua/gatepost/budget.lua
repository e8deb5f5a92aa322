-- How many refused questions one address may cause: beyond it, 429 before anybody is asked. What is
-- remembered goes on being served. One number for each address: the time at which its debt is paid,
-- by the monotonic clock: a wall that steps back must not lock anybody out.
local budget = ngx.shared.budget
local now, max, ceil = require("gatepost.clock").seconds, math.max, math.ceil
local M = { rate = 20, burst = 200, limited = 0 }

-- may(address) -> nil, or the seconds after which to come again
function M.wait(address)
  local due = budget:get(address)
  if not due then return nil end
  local ahead = due - now() - M.burst / M.rate
  if ahead > 0 then
    M.limited = M.limited + 1
    return ceil(ahead)
  end
end

function M.charge(address)
  local t = now()
  local due = max(budget:get(address) or t, t) + 1 / M.rate
  budget:set(address, due, due - t + 1)
end

return M
