-- Which route a request takes: two buckets (the host's own and the generic one), tier by tier in the
-- order of their ranks; inside a tier of plain paths the longest prefix first (engine/rank.py and
-- buckets.py; engine/match.py is the same, slow and obvious). A place whose other conditions fail
-- makes way for shorter prefixes and later tiers.
local tables = require "gatepost.tables"
local errors = require "gatepost.errors"
local journal = require "gatepost.journal"
local cjson = require "cjson.safe"
local byte, find, sub, lower, gmatch, match, type, ipairs, pairs, sort, tonumber = string.byte, string.find, string.sub, string.lower, string.gmatch, string.match, type, ipairs, pairs, table.sort, tonumber
local re_find = ngx.re.find
local M = {}

local function method_set(entry)
  if not entry.methods then return nil end
  local set = {}
  for _, method in ipairs(entry.methods) do set[method] = true end
  return set
end

local function value_sets(headers)
  if not headers then return nil end
  for _, wanted in pairs(headers) do
    if wanted.values then
      wanted.set = {}
      for _, value in ipairs(wanted.values) do wanted.set[value] = true end
    end
  end
  return headers
end

local function decode_entry(body)
  local entry = cjson.decode(body)
  for name, value in pairs(entry) do
    if value == ngx.null then entry[name] = nil end
  end
  entry.method_set, entry.headers = method_set(entry), value_sets(entry.headers)
  return entry
end

local function entry_of(key)
  local entry = tables.decoded(key, decode_entry)
  if not entry then error("a route entry is missing: " .. key) end
  return entry
end

-- The text of a bucket -> its tiers: {rank, plain: lens and map[prefix], or list}
local function decode_index(body)
  local tiers, tier = {}, nil
  for line in gmatch(body, "[^\n]+") do
    if byte(line) == 61 then
      local rank, kind = match(line, "^=(%d+) (%a)$")
      tier = { rank = rank, n = 0 }
      if kind == "p" then tier.map, tier.lens, tier.seen = {}, {}, {} end
      tiers[#tiers + 1] = tier
    elseif tier.map then
      local prefix, key = match(line, "^([^\t]*)\t(.+)$")
      local have = tier.map[prefix]
      if not have then tier.map[prefix] = key
      elseif type(have) == "table" then have[#have + 1] = key
      else tier.map[prefix] = { have, key } end
      if not tier.seen[#prefix] then
        tier.seen[#prefix] = true
        tier.lens[#tier.lens + 1] = #prefix
      end
    else
      tier.n = tier.n + 1
      tier[tier.n] = line
    end
  end
  for _, t in ipairs(tiers) do
    if t.lens then sort(t.lens, function(a, b) return a > b end) end
  end
  return tiers
end

local NONE = {}

local function tiers_of(key)
  if not key then return NONE end
  local tiers = tables.decoded(key, decode_index)
  if not tiers then error("an index is missing: " .. key) end
  return tiers
end

local function name_fits(pattern, name)
  if sub(pattern, 1, 2) == "*." then
    local tail = sub(pattern, 2)
    return #name > #tail and sub(name, -#tail) == tail
  end
  if sub(pattern, -2) == ".*" then
    local head = sub(pattern, 1, -2)
    return #name > #head and sub(name, 1, #head) == head
  end
  return pattern == name
end

local function without_dot(name)
  if sub(name, -1) == "." then return sub(name, 1, -2) end
  return name
end

-- The port that the client named: in its Host, else its scheme's own.
local function asked_port(r)
  if not r.port then
    local given = ngx.var.http_host
    local port = given and match(given, ":(%d+)$")
    r.port = tonumber(port) or (r.scheme == "https" and 443 or 80)
  end
  return r.port
end

local function host_fits(patterns, r)
  for _, pattern in ipairs(patterns) do
    local name, port = match(pattern, "^(.*):(%d+)$")
    if port then r.cacheable = false end
    if name_fits(without_dot(name or pattern), r.host) and (not port or tonumber(port) == asked_port(r)) then
      return true
    end
  end
  return false
end

local function failed(regex, err)
  journal.note(ngx.ERR, "the regular expression " .. regex .. " failed: " .. err)
  -- falling through to another route would be a way around this one
  return errors.send(500, "An unexpected error occurred")
end

local function value_fits(wanted, value)
  if wanted.regex then
    local from, _, err = re_find(value, wanted.regex, "ijo")
    if err then return failed(wanted.regex, err) end
    return from ~= nil
  end
  return wanted.set[lower(value)] == true
end

local function header_fits(wanted, values)
  if values == nil then return false end
  if type(values) ~= "table" then return value_fits(wanted, values) end
  for _, value in ipairs(values) do
    if value_fits(wanted, value) then return true end
  end
  return false
end

local function headers_fit(headers, r)
  r.cacheable = false
  r.headers = r.headers or ngx.req.get_headers(0)
  for name, wanted in pairs(headers) do
    if not header_fits(wanted, r.headers[name]) then return false end
  end
  return true
end

-- Server names are looked at on TLS connections only, as in Kong.
local function sni_fits(snis, r)
  r.cacheable = false
  if ngx.var.https ~= "on" then return true end
  local name = without_dot(lower(ngx.var.ssl_server_name or ""))
  for _, pattern in ipairs(snis) do
    if name_fits(pattern, name) then return true end
  end
  return false
end

local function fits(entry, r)
  if entry.method_set and not entry.method_set[r.method] then return false end
  if entry.hosts and not host_fits(entry.hosts, r) then return false end
  if entry.headers and not headers_fit(entry.headers, r) then return false end
  if entry.snis and not sni_fits(entry.snis, r) then return false end
  return true
end

local function try_plain(tier, r)
  local path, size, lens, map = r.path, #r.path, tier.lens, tier.map
  for i = 1, #lens do
    local length = lens[i]
    if length <= size then
      local keys = map[sub(path, 1, length)]
      if type(keys) == "string" then
        local entry = entry_of(keys)
        if fits(entry, r) then return entry, length end
      elseif keys then
        for j = 1, #keys do
          local entry = entry_of(keys[j])
          if fits(entry, r) then return entry, length end
        end
      end
    end
  end
end

local function try_list(tier, r)
  for i = 1, tier.n do
    local entry = entry_of(tier[i])
    local length = 0
    if entry.regex then
      local from, to, err = re_find(r.path, entry.regex, "ajo")
      if err then return failed(entry.regex, err) end
      length = from and to
    end
    if length and fits(entry, r) then return entry, length end
  end
end

local function try(tier, r)
  if tier.map then return try_plain(tier, r) end
  return try_list(tier, r)
end

-- match(host, port, path, method, scheme) -> entry, matched length, cacheable; nil when none fits.
-- host: nginx's $host (lower case, no port). cacheable: nothing else was looked at than scheme,
-- host, path and method.
function M.match(host, _, path, method, scheme)
  local root = tables.root
  if not root then return errors.send(503, "This node has no configuration yet", { ["Retry-After"] = "1" }) end
  -- RFC 3986, 3.2.2: nothing else is a host; upstreams read "a@b" as a name and a place
  if find(host, "[^%w%-._~!$&'()*+,;=%%:%[%]]") then return errors.send(400, "The Host is neither a name nor an address") end
  host = without_dot(host)
  local r = { host = host, path = path, method = method, scheme = scheme, cacheable = true }
  local own, generic = tiers_of(tables.bucket(host)), tiers_of(root.generic)
  local a, b = 1, 1
  while true do
    local x, y = own[a], generic[b]
    local tier
    if x and (not y or x.rank < y.rank) then tier, a = x, a + 1
    elseif y then tier, b = y, b + 1
    else return nil end
    local entry, length = try(tier, r)
    if entry then return entry, length, r.cacheable end
  end
end

return M
