-- Asking an authorizer: one question over its UNIX socket, with one deadline for everything.
-- Any surprise (refused, slow, closed, unparsable) is nil: the caller then answers 503.
local items = require "gatepost.items"
local answer = require "gatepost.answer"
local extract = require "gatepost.extract"
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
  return '{"method":' .. quoted(request.method)
    .. ',"scheme":' .. quoted(var.fwd_proto or var.scheme) .. ',"host":' .. quoted(var.host or "")
    .. ',"port":' .. (tonumber(var.server_port) or 0) .. ',"path":' .. quoted(request.path)
    .. ',"args":' .. (request.args and quoted(request.args) or "null")
    .. ',"address":' .. quoted(var.remote_addr or "") .. ',"trusted":' .. (var.peer_trusted == "1" and "true" or "false")
    .. ',"route":' .. quoted(route) .. ',"body":"' .. request.body_state .. '","id":' .. quoted(var.request_id) .. "}"
end

local u32 = items.u32

local function add(pieces, text)
  local n = #pieces
  pieces[n + 1], pieces[n + 2] = u32(#text), text
end

local function header_list(headers)
  local list = {}
  for name, value in pairs(headers) do
    if type(value) ~= "table" then value = { value } end
    for i = 1, #value do
      add(list, name)
      add(list, tostring(value[i]))
    end
  end
  return list
end

-- question(plan, key, request) -> its bytes as nested pieces, and how many they are.
-- request: method, path, args, headers, body_state, body
function M.question(plan, key, request)
  local about = context(request, plan.spec.route or "")
  local headers, body = header_list(request.headers), request.body or ""
  local key_size, headers_size = items.length(key), items.length(headers)
  local pieces = {
    u32(#plan.id), plan.id, u32(key_size), key, u32(#about), about, u32(headers_size), headers, u32(#body), body,
  }
  return pieces, 20 + #plan.id + key_size + #about + headers_size + #body
end

-- One exchange on one socket: body, or nil, why, and whether the question may be asked again.
local function exchange(path, pieces, size, deadline)
  local sock = ngx.socket.tcp()
  local function left() return max(1, (deadline - now()) * 1000) end
  sock:settimeouts(math.min(1000, left()), left(), left())
  local ok, err = sock:connect(path, { pool_size = 128 })
  if not ok then return nil, "connect: " .. tostring(err), true end
  local sent, serr = sock:send { "POST /ask HTTP/1.1\r\nhost: authorizer\r\ncontent-length: ", tostring(size), "\r\n\r\n", pieces }
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

-- send(pieces, size, affinity, deadline) -> answer bytes, or nil and why. The same credential goes to the
-- same authorizer while that lives, so that its facts are found there.
local function send(pieces, size, affinity, deadline)
  local sockets = M.sockets
  local count = #sockets
  local first = ngx.crc32_short(affinity) % count
  local why
  for turn = 0, count - 1 do
    local path = sockets[(first + turn) % count + 1]
    local body, err, again = exchange(path, pieces, size, deadline)
    if not body and again and not find(err, "connect", 1, true) then
      body, err, again = exchange(path, pieces, size, deadline)
    end
    if body then return body end
    why = err
    if not again then return nil, why end -- it may still be judged: do not ask somebody else
  end
  return nil, why
end

-- ask(plan, key, digest, request) -> answer table and its bytes, or nil and why. An answer of kind B wants
-- the body (body.lua) and to be asked again.
function M.ask(plan, key, digest, request)
  local affinity, session = rawget(request.headers, "authorization"), plan.spec.session
  if not affinity and session then affinity = extract.cookie(request.headers, session) end
  affinity = type(affinity) == "string" and affinity or digest
  local pieces, size = M.question(plan, key, request)
  local bytes, why = send(pieces, size, affinity, now() + plan.patience)
  if not bytes then return nil, why end
  local v = answer.read(bytes)
  if not v then return nil, "unparsable answer" end
  if v.kind == "B" and request.body_state ~= "unread" then return nil, "asked for the body twice" end
  return v, bytes
end

return M
