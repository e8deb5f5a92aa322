-- What is told of single requests: of each kind (served from memory, asked, refused, marked by the client)
-- at most so many a second in each worker. They wait in shared memory, bounded, until the agent fetches
-- them; the oldest give way. What of a request is secret is not read here: no header but the mark, no
-- query, no body. Nothing here runs on the hot path once a second's share is taken (decision 0004).
local cjson = require "cjson.safe"
local state = require "gatepost.state"
local shared = ngx.shared.traces
local find, sub, match, concat = string.find, string.sub, string.match, table.concat
local now, start_time, tonumber = ngx.now, ngx.req.start_time, tonumber
local LIST, MOST, LONGEST = "list", 1000, 1024 -- requests that wait, and bytes of a path
-- notes[state.key()]: what the slow path knows of a request that runs. left: of what is served from memory.
local M = { rate = 0, left = 0, notes = {} }
local pots = { asked = 0, refused = 0, marked = 0 }

-- refill(): another second begins
function M.refill()
  M.left = M.rate
  for name in pairs(pots) do pots[name] = M.rate end
end

-- decided(v, level): what was found for this request, and where; asked: it was this one's own question
function M.decided(v, level)
  if M.rate > 0 then M.notes[state.key()] = { v = v, level = level } end
end

-- said(message): what the engine itself answers this request
function M.said(message)
  if M.rate == 0 then return end
  local key = state.key()
  local note = M.notes[key]
  if note then note.message = message else M.notes[key] = { message = message } end
end

local function mark()
  local text = ngx.var.http_gatepost_trace
  if text and #text <= 64 and find(text, "^[%w-]+$") then return text end
end

-- is there a share left for a request of this kind?
local function take(marked, note, status)
  local kind = marked and "marked" or status >= 400 and "refused" or note and note.level == "asked" and "asked"
  if not kind then
    if M.left <= 0 then return false end
    M.left = M.left - 1
    return true
  end
  if pots[kind] <= 0 then return false end
  pots[kind] = pots[kind] - 1
  return true
end

local function path_of(target)
  local path = match(target, "^[^?#]*")
  if sub(path, 1, 1) ~= "/" then path = match(path, "^%a[%w+.-]*://[^/]*(/.*)$") or "" end -- another form names a host, or somebody
  return sub(path, 1, LONGEST)
end

local function push(text)
  local length = shared:rpush(LIST, text)
  while not length or length > MOST do
    if not shared:lpop(LIST) then return end
    if length then length = length - 1 else length = shared:rpush(LIST, text) end
  end
end

-- sample(route, v, note, seconds, status): tell of a request that has ended, if there is a share left
function M.sample(route, v, note, seconds, status)
  if M.rate == 0 then return end
  local marked = mark()
  if not take(marked, note, status) then return end
  local var = ngx.var
  v = v or note and note.v
  push(cjson.encode {
    id = var.request_id, at = start_time(), seconds = seconds, status = status, mark = marked,
    route = route and route.id, planned = route and route.plan and true or nil, method = ngx.req.get_method(),
    scheme = var.fwd_proto or var.scheme, host = sub(var.host or "", 1, 255), path = path_of(var.request_uri or ""),
    upstream = var.upstream_response_time, forwarded = var.upstream_addr ~= nil,
    level = note and note.level or v and "level1" or nil, message = note and note.message,
    kind = v and v.kind, code = v and v.kind == "R" and v.code or nil, refusal = v and v.message,
    decided_by = v and v.born, consumer = v and v.h0,
  } or "")
end

-- unrouted(note): tell of a request that met no route
function M.unrouted(note)
  if M.rate > 0 then M.sample(nil, nil, note, now() - start_time(), ngx.status) end
end

-- fetch() -> what waits, as a list of JSON, and it waits no longer
function M.fetch()
  local list, n = {}, 0
  while n < MOST do
    local text = shared:lpop(LIST)
    if not text then break end
    if text ~= "" then
      n = n + 1
      list[n] = text
    end
  end
  return "[" .. concat(list, ",") .. "]"
end

return M
