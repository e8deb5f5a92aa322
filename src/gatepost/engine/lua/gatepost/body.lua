-- The body of a request, for a second question: read only when a credential may be in it, and never
-- more of it than LIMIT, because nobody has been authenticated yet.
local rawget, tonumber = rawget, tonumber
local M = { LIMIT = 65536 }

-- nginx's buffer also holds what frames the chunks, so a body near the limit may lie in a file
local function spooled()
  local name = ngx.req.get_body_file()
  if not name then return nil end
  local file = assert(io.open(name, "rb"))
  local body = file:read("*a")
  file:close()
  return body
end

-- Without a length (HTTP/1.1 chunks, HTTP/2 frames) only nginx can stop at the limit, and only where
-- a location says so: the request goes on there from its beginning. More than the limit is 413.
function M.bounded(scheme)
  ngx.ctx.bounded = true
  return require("gatepost.access").run(scheme)
end

-- read(request): sets its body and body_state, or goes to the location above and does not return. A
-- client takes as long as it likes to send a body, so nobody may be waiting for this; one that says
-- that it is too long is not read, let alone spooled to disk.
function M.read(request)
  local length = rawget(request.headers, "content-length")
  if length then
    length = tonumber(length)
    if not length or length > M.LIMIT then
      request.body_state = "too-large"
      return
    end
  elseif not ngx.ctx.bounded then
    return ngx.exec("@bounded")
  end
  ngx.req.read_body()
  local body = ngx.req.get_body_data() or spooled()
  if body then
    request.body, request.body_state = body, "sent"
  else
    request.body_state = "absent"
  end
end

return M
