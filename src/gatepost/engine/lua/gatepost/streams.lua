-- Long streams (WebSocket, server-sent events, gRPC) end when their credential ends or is revoked.
-- The access phase notes under which decision a request runs; a timer looks at those that still run
-- when their decision no longer holds, and only then asks whether they are streams. It shuts down
-- the client's socket, and nginx closes both sides as if the client had gone. On HTTP/2 that ends
-- the client's whole connection.
local ffi = require "ffi"
local generation = require "gatepost.generation"
require "resty.core.var"
ffi.cdef [[
  typedef struct { void *data; void *read; void *write; int fd; } gatepost_connection_t;
  typedef struct { uint32_t signature; gatepost_connection_t *connection; } gatepost_request_t;
  int shutdown(int fd, int how);
]]
local C, cast, find, now, pairs = ffi.C, ffi.cast, string.find, ngx.now, pairs
local HTTP = 0x50545448 -- "HTTP", nginx's mark at the beginning of a request
local M = { under = {}, running = 0, ended = 0 } -- under[address of a request] = its decision

local value, length, err = ffi.new("char *[1]"), ffi.new("size_t[1]"), ffi.new("char *[1]")
local lower = ffi.new("char[64]")

-- a variable of a request that is not the current one (a timer has none)
local function variable(key, name)
  local request = cast("ngx_http_request_t *", cast("uintptr_t", key))
  local rc = C.ngx_http_lua_ffi_var_get(request, name, #name, lower, 0, value, length, err)
  return rc == 0 and ffi.string(value[0], length[0]) or ""
end

local function is_stream(key)
  if variable(key, "up_upgrade") ~= "" then return true end
  local kind = variable(key, "sent_http_content_type")
  return find(kind, "^text/event%-stream") ~= nil or find(kind, "^application/grpc") ~= nil
end

local function cut(key)
  local request = cast("gatepost_request_t *", cast("uintptr_t", key))
  if request.signature ~= HTTP or request.connection == nil then return end
  C.shutdown(request.connection.fd, 2)
  M.ended = M.ended + 1
end

function M.sweep()
  local gen, t, running = generation.read(), now(), 0
  for key, v in pairs(M.under) do
    running = running + 1
    local over = v.ends and v.ends <= t
    if not over and v.gen ~= gen then over = not generation.holds(v.tags, v.gen) end
    if over and is_stream(key) then
      M.under[key] = nil
      cut(key)
    end
  end
  M.running = running
end

return M
