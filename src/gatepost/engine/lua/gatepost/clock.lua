-- Two clocks: the wall's seconds, and nginx's monotonic milliseconds (the same for all workers).
-- Both are cached by nginx for one turn of its loop. An entry lives until the earlier of the two.
local ffi = require "ffi"
ffi.cdef [[ extern volatile uintptr_t ngx_current_msec; ]]
local C, tonumber, now = ffi.C, tonumber, ngx.now

local M = {}

function M.mono()
  local msec = tonumber(C.ngx_current_msec)
  return msec
end

-- Seconds that no step of the wall clock moves: for deadlines and debts.
function M.seconds() return M.mono() / 1000 end

-- how far the wall runs ahead of the monotonic clock, in seconds
function M.offset()
  ngx.update_time()
  return now() - M.mono() / 1000
end

return M
