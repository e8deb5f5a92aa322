-- The tables that the agent pushes (engine/tables.py) and what this worker has decoded of them.
-- Entries are immutable and found by their digest, so what is decoded outlives a new version.
local cjson = require "cjson.safe"
local journal = require "gatepost.journal"
local metrics = require "gatepost.metrics"
local conf = ngx.shared.conf
local byte, sub, find, gmatch, tonumber, type = string.byte, string.sub, string.find, string.gmatch, tonumber, type
local M = { root = nil, layout = 0 } -- layout: of the nginx.conf that this worker was started under
local now, before = {}, {} -- decoded values by key; what a whole version did not use is dropped

local function say(status, text)
  ngx.status = status
  ngx.header["Content-Length"] = #text
  ngx.print(text)
  return ngx.exit(status)
end

-- decoded(key, decode) -> what decode made of the entry, once for a worker; nil when it is not here
function M.decoded(key, decode)
  local value = now[key]
  if value then return value end
  value = before[key]
  if not value then
    local body = conf:get(key)
    if not body then return nil end
    value = decode(body)
    if not value then return nil end
  end
  now[key] = value
  return value
end

function M.version()
  return conf:get("version")
end

-- refresh(version): route by this version from now on. The old one stays when its root is not here,
-- or when it needs slots or locations that only workers of a later nginx.conf have.
function M.refresh(version)
  local root = cjson.decode(conf:get(version .. ":root") or "")
  if not root then
    journal.note(ngx.ERR, "the tables of version " .. version .. " are not here; the old ones stay")
    return false
  end
  if root.layout > M.layout then return false end
  M.root, before, now = root, now, {}
  return true
end

function M.plan(id)
  return M.decoded("p:" .. id, cjson.decode)
end

function M.scrub()
  return M.root and M.root.scrub or {}
end

-- schemes(route) -> {http = bool}: whether a request without TLS may take this route
function M.schemes(route)
  local plain = false
  for _, protocol in ipairs(route.protocols) do
    if protocol == "http" or protocol == "grpc" then plain = true end
  end
  route.schemes = { http = plain }
  return route.schemes
end

local function shard_of(host, count)
  local total = #host
  for i = 1, #host do total = (total * 31 + byte(host, i)) % 65521 end
  return total % count
end

local function lines(body)
  local found = {}
  for key, value in gmatch(body, "([^\t\n]+)\t([^\n]+)\n") do found[key] = value end
  return found
end

-- bucket(host) -> key of the host's index, or nil
function M.bucket(host)
  local shards = M.root.shards
  local key = shards[shard_of(host, #shards) + 1]
  if key == "" then return nil end
  local directory = M.decoded(key, lines)
  if not directory then error("a shard of the hosts is missing") end
  return directory[host]
end

-- A list is read item by item from the socket, so that no body is ever spooled to disk.
local function reader()
  local length = tonumber(ngx.var.http_content_length)
  if not length or length == 0 then return nil end
  local sock, err = ngx.req.socket()
  if not sock then error(err) end
  sock:settimeout(10000)
  return function()
    if length == 0 then return nil end
    local head = length >= 4 and sock:receive(4)
    if not head then error("the list is cut off") end
    local a, b, c, d = byte(head, 1, 4)
    local size = ((a * 256 + b) * 256 + c) * 256 + d
    length = length - 4 - size
    if length < 0 then error("an item is cut off") end
    if size == 0 then return "" end
    local item = sock:receive(size)
    if not item then error("an item is cut off") end
    return item
  end
end

-- A route entry whose regular expressions this engine cannot compile is refused here, not at the
-- first request.
local function faults(key, body)
  if sub(key, 1, 2) ~= "r:" or not find(body, '"regex"', 1, true) then return nil end
  local entry = cjson.decode(body)
  if not entry then return "an entry that is not JSON" end
  local regexes = { entry.regex }
  for _, wanted in pairs(entry.headers or {}) do regexes[#regexes + 1] = wanted.regex end
  for _, regex in pairs(regexes) do
    local _, _, err = ngx.re.find("", regex, "aj")
    if err and not find(err, "pcre_exec", 1, true) then
      return "route " .. (type(entry.name) == "string" and entry.name or entry.id) .. ": the regular expression " .. regex .. " is not understood: " .. err
    end
  end
end

local function put()
  local item = reader()
  while item do
    local key = item()
    if not key then break end
    local value = item()
    if not value then return 400, "a key without a value" end
    local fault = faults(key, value)
    if fault then return 422, fault end
    local ok, err = conf:safe_set(key, value)
    if not ok then return 507, "the zone of the tables is full: " .. err end
  end
  return 200, "ok"
end

local function guarded(work)
  local ok, status, text = pcall(work)
  if not ok then return say(400, tostring(status)) end
  return say(status, text)
end

function M.put() return guarded(put) end

function M.delete()
  return guarded(function()
    local item, routes = reader(), {}
    while item do
      local key = item()
      if not key then break end
      if sub(key, 1, 2) == "m:" then routes[#routes + 1] = sub(key, 3)
      elseif key ~= "version" then conf:delete(key) end
    end
    if #routes > 0 then metrics.gone(routes) end
    return 200, "ok"
  end)
end

function M.switch()
  ngx.req.read_body()
  local version = tonumber(ngx.req.get_body_data() or "")
  if not version then return say(400, "a version number is wanted") end
  if not conf:get(version .. ":root") then return say(409, "the root of this version was not put") end
  local ok, err = conf:safe_set("version", version)
  if not ok then return say(507, err) end
  return say(200, "ok")
end

function M.health()
  return say(200, cjson.encode { version = conf:get("version"), pid = ngx.worker.pid() })
end

return M
