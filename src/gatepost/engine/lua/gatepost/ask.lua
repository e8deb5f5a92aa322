-- Asking an authorizer: one question over its UNIX socket, with one deadline for everything.
-- Any surprise (refused, slow, closed, unparsable) is nil: the caller then answers 503.
local items = require "gatepost.items"
local answer = require "gatepost.answer"
local rawget, pairs, type, tonumber, tostring = rawget, pairs, type, tonumber, tostring
local gsub, format, byte, find, match, lower, max = string.gsub, string.format, string.byte, string.find, string.match, string.lower, math.max
local now = require("gatepost.clock").seconds
local M = { sockets = {} }
local MAX_ANSWER = 1048576

local function quoted(text)
  return '"' .. gsub(text, '[%c"\\\127-\255]', function(c) return format("\\u%04x", byte(c)) end) .. '"'
end

local function context(request, route)
  local var = ngx.var
  return '{"id":' .. quoted(var.request_id) .. ',"method":' .. quoted(request.method)
    .. ',"scheme":' .. quoted(var.fwd_proto or var.scheme) .. ',"host":' .. quoted(var.host or "")
    .. ',"port":' .. (tonumber(var.server_port) or 0) .. ',"path":' .. quoted(request.path)
    .. ',"args":' .. (request.args and quoted(request.args) or "null")
    .. ',"address":' .. quoted(var.remote_addr or "") .. ',"trusted":' .. (var.peer_trusted == "1" and "true" or "false")
    .. ',"route":' .. quoted(route) .. ',"body":"' .. request.body_state .. '"}'
end

local function header_list(headers)
  local list, n = {}, 0
  for name, value in pairs(headers) do
    if type(value) ~= "table" then value = { value } end
    for i = 1, #value do
      list[n + 1], list[n + 2] = name, tostring(value[i])
      n = n + 2
    end
  end
  return items.pack(list)
end

-- question(plan, key, request) -> bytes. request: method, path, args, headers, body_state, body
function M.question(plan, key, request)
  return items.pack {
    plan.id, key, context(request, plan.spec.route or ""), header_list(request.headers), request.body or "",
  }
end

-- One exchange on one socket: body, or nil, why, and whether the question may be asked again.
local function exchange(path, bytes, deadline)
  local sock = ngx.socket.tcp()
  local function left() return max(1, (deadline - now()) * 1000) end
  sock:settimeouts(math.min(1000, left()), left(), left())
  local ok, err = sock:connect(path, { pool_size = 128 })
  if not ok then return nil, "connect: " .. tostring(err), true end
  local sent, serr = sock:send { "POST /ask HTTP/1.1\r\nhost: authorizer\r\ncontent-length: ", tostring(#bytes), "\r\n\r\n", bytes }
  if not sent then sock:close() return nil, "send: " .. tostring(serr), serr ~= "timeout" end
  local line, rerr = sock:receive("*l")
  -- Ended without a byte of an answer: a pooled connection was stale, or the process was killed,
  -- also one that had not accepted us yet. Nobody was told anything, so somebody else may be asked.
  local gone = rerr == "closed" or rerr == "connection reset by peer"
  if not line then sock:close() return nil, "receive: " .. tostring(rerr), gone end
  local status = match(line, "^HTTP/1%.1 (%d%d%d)")
  local length
  repeat
    line, rerr = sock:receive("*l")
    if not line then sock:close() return nil, "receive: " .. tostring(rerr) end
    local value = match(lower(line), "^content%-length:%s*(%d+)%s*$")
    if value then length = tonumber(value) end
  until line == ""
  if status ~= "200" or not length or length > MAX_ANSWER then
    sock:close()
    return nil, "status " .. tostring(status)
  end
  sock:settimeout(left())
  local body, berr = sock:receive(length)
  if not body then sock:close() return nil, "body: " .. tostring(berr) end
  sock:setkeepalive(30000, 128)
  return body
end

-- send(bytes, affinity, deadline) -> answer bytes, or nil and why. The same credential goes to the
-- same authorizer while that lives, so that its facts are found there.
local function send(bytes, affinity, deadline)
  local sockets = M.sockets
  local count = #sockets
  local first = ngx.crc32_short(affinity) % count
  local why
  for turn = 0, count - 1 do
    local path = sockets[(first + turn) % count + 1]
    local body, err, again = exchange(path, bytes, deadline)
    if not body and again and not find(err, "connect", 1, true) then
      body, err, again = exchange(path, bytes, deadline)
    end
    if body then return body end
    why = err
    if not again then return nil, why end -- it may still be judged: do not ask somebody else
  end
  return nil, why
end

-- ask(plan, key, request) -> answer table and its bytes, or nil and why. An answer of kind B wants
-- the body (body.lua) and to be asked again.
function M.ask(plan, key, request)
  local affinity = rawget(request.headers, "authorization")
  affinity = type(affinity) == "string" and affinity or key
  local bytes, why = send(M.question(plan, key, request), affinity, now() + plan.patience)
  if not bytes then return nil, why end
  local v = answer.read(bytes)
  if not v then return nil, "unparsable answer" end
  if v.kind == "B" and request.body_state ~= "unread" then return nil, "asked for the body twice" end
  return v, bytes
end

return M
