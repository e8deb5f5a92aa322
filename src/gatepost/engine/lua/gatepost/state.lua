-- What this worker knows of a request while it runs, keyed by the request's address: cheaper than
-- ngx.ctx, and it survives ngx.exec. The access phase writes it, the log phase clears it.
local ffi = require "ffi"
local base = require "resty.core.base"
local get_request, cast, tonumber = base.get_request, ffi.cast, tonumber
local uintptr = ffi.typeof("uintptr_t")

local M = {}

-- routes[key()] is the route entry that the request matched; pass[key()] its named location
M.routes = {}

function M.key()
  local key = tonumber(cast(uintptr, get_request()))
  return key
end

return M
