-- Long streams (WebSocket, server-sent events, gRPC) end when their credential ends or is revoked.
-- A timer looks at the streams of this worker and shuts down the client's socket; nginx then closes
-- both sides as if the client had gone. On HTTP/2 that ends the client's whole connection.
local ffi = require "ffi"
local generation = require "gatepost.generation"
local base = require "resty.core.base"
ffi.cdef [[
  typedef struct { void *data; void *read; void *write; int fd; } gatepost_connection_t;
  typedef struct { uint32_t signature; gatepost_connection_t *connection; } gatepost_request_t;
  int shutdown(int fd, int how);
]]
local HTTP = 0x50545448 -- "HTTP", nginx's mark at the beginning of a request
local M = { open = {}, count = 0, ended = 0 }
local now, pairs = ngx.now, pairs

-- watch(key, v): remember that this request streams under this decision
function M.watch(key, v, gen)
  local request = ffi.cast("gatepost_request_t *", base.get_request())
  if request.signature ~= HTTP or request.connection == nil then return end
  M.open[key] = { fd = request.connection.fd, ends = v.ends, tags = v.tags, gen = v.gen or gen }
end

function M.forget(key) M.open[key] = nil end

function M.sweep()
  local gen, t, count = generation.read(), now(), 0
  for key, stream in pairs(M.open) do
    count = count + 1
    local over = stream.ends and stream.ends <= t
    if not over and stream.gen ~= gen then
      if generation.holds(stream.tags, stream.gen) then stream.gen = gen else over = true end
    end
    if over then
      ffi.C.shutdown(stream.fd, 2)
      M.open[key], M.ended = nil, M.ended + 1
    end
  end
  M.count = count
end

return M
