-- How many refused questions one client may cause: beyond it, 429 before anybody is asked. What is
-- remembered goes on being served. One number for each account: the time at which its debt is paid,
-- by the monotonic clock: a wall that steps back must not lock anybody out.
local budget = ngx.shared.budget
local now, max, ceil = require("gatepost.clock").seconds, math.max, math.ceil
local sub = string.sub
local MAPPED = string.rep("\0", 10) .. "\255\255"
local M = { rate = 20, burst = 200, limited = 0 }

-- account(address) -> whose debt it is. address: 4 or 16 bytes, as $binary_remote_addr has it. Of IPv6
-- the first 64 bits, because the others are the client's own to choose (RFC 4291, 2.5.1).
function M.account(address)
  if #address ~= 16 then return address end
  if sub(address, 1, 12) == MAPPED then return sub(address, 13) end
  return sub(address, 1, 8)
end

-- wait(account) -> nil, or the seconds after which to come again
function M.wait(account)
  local due = budget:get(account)
  if not due then return nil end
  local ahead = due - now() - M.burst / M.rate
  if ahead > 0 then
    M.limited = M.limited + 1
    return ceil(ahead)
  end
end

function M.charge(account)
  local t = now()
  local due = max(budget:get(account) or t, t) + 1 / M.rate
  budget:set(account, due, due - t + 1)
end

return M
