-- The one extractor of key attributes: strict, and run once for each request that is not simple.
-- Grammar and meaning: plugin/attribute.py. What it finds is keyed, sent and judged: the same bytes.
local pack = require "gatepost.items"
local bit = require "bit"
local sub, find, gsub, lower, char = string.sub, string.find, string.gsub, string.lower, string.char
local gmatch, match, tonumber, type, rawget = string.gmatch, string.match, tonumber, type, rawget
local u32 = pack.u32
local M = {}

M.limit = 16384 -- bytes of one keyed value
local MAX_HEADERS = 200

local function unescape(text)
  text = gsub(text, "+", " ")
  return (gsub(text, "%%(%x%x)", function(hex) return char(tonumber(hex, 16)) end))
end

-- every (decoded name, decoded value) of a raw query, in order
local function arguments(args)
  local list = {}
  if not args then return list end
  for piece in gmatch(args, "[^&]+") do
    local equals = find(piece, "=", 1, true)
    local name = equals and sub(piece, 1, equals - 1) or piece
    list[#list + 1] = { unescape(name), equals and unescape(sub(piece, equals + 1)) or "", piece }
  end
  return list
end
M.arguments = arguments

-- every (name, value) of all Cookie headers, in order; in time that grows with their length, and
-- mostly without looking at each byte of a value
local function cookies(headers)
  local list, lines = {}, rawget(headers, "cookie")
  if not lines then return list end
  if type(lines) == "string" then lines = { lines } end
  for i = 1, #lines do
    local line, from = lines[i], 1
    while from do
      local stop = find(line, ";", from, true)
      local last = stop and stop - 1 or #line
      local begin, equals, name = find(line, "^%s*([^=%s;]+)=", from)
      if begin then
        while find(line, "^%s", last) do last = last - 1 end
        list[#list + 1] = { name, sub(line, equals + 1, last) }
      end
      from = stop and stop + 1
    end
  end
  return list
end

-- cookie(headers, name) -> the first value under which it came, or nil
function M.cookie(headers, name)
  local list = cookies(headers)
  for i = 1, #list do
    if list[i][1] == name then return list[i][2] end
  end
end

local function named(list, name)
  local values = {}
  for i = 1, #list do
    if list[i][1] == name then values[#values + 1] = list[i][2] end
  end
  return values
end

local function first(value)
  if type(value) == "table" then return value[1] end
  return value
end

local function media(headers)
  local text = first(rawget(headers, "content-type"))
  return text and lower(match(text, "^%s*([^;%s]*)")) or ""
end

-- does the request have a body, of a type in which a credential may ride?
local function body_bit(seen)
  local headers = seen.headers
  local length = rawget(headers, "content-length")
  local chunked = rawget(headers, "transfer-encoding") or (ngx.req.http_version() == 2 and not length)
  if not chunked and (not length or tonumber(length) == 0) then return false end
  local kind = media(headers)
  return kind == "application/x-www-form-urlencoded" or kind == "application/json"
    or find(kind, "+json", 1, true) ~= nil
end

local bits = {
  body = body_bit,
  preflight = function(seen)
    return seen.method == "OPTIONS" and rawget(seen.headers, "origin") ~= nil
      and rawget(seen.headers, "access-control-request-method") ~= nil
  end,
  grpc = function(seen) return sub(media(seen.headers), 1, 16) == "application/grpc" end,
  navigation = function(seen)
    local headers = seen.headers
    local mode, opens = first(rawget(headers, "sec-fetch-mode")), false
    if mode then opens = mode == "navigate"
    else opens = find(first(rawget(headers, "accept")) or "", "text/html", 1, true) ~= nil end
    return opens and first(rawget(headers, "x-requested-with")) ~= "XMLHttpRequest"
      and not find(first(rawget(headers, "sec-purpose")) or "", "prefetch", 1, true)
  end,
}

local argued = {
  method = function(names)
    local set = {}
    for name in gmatch(names, "[^,]+") do set[name] = true end
    return function(seen) return set[seen.method] == true end
  end,
  ["path-suffix"] = function(suffix)
    return function(seen) return sub(seen.path, -#suffix) == suffix end
  end,
  query = function(name)
    return function(seen) return #named(seen.arguments, name) > 0 end
  end,
  ["cookie-prefix"] = function(prefix)
    return function(seen)
      for i = 1, #seen.cookies do
        if sub(seen.cookies[i][1], 1, #prefix) == prefix then return true end
      end
      return false
    end
  end,
}

local connection = {
  scheme = function() return ngx.var.fwd_proto or ngx.var.scheme end, -- as a trusted proxy saw it
  host = function() return ngx.var.host end,
  port = function() return ngx.var.server_port end,
  address = function() return ngx.var.remote_addr end,
  trusted = function() return ngx.var.peer_trusted or "0" end,
  sni = function() return ngx.var.ssl_server_name end,
  ["client-certificate"] = function()
    local verify = ngx.var.ssl_client_verify
    if not verify or verify == "NONE" then return nil end
    return verify .. " " .. (ngx.var.ssl_client_fingerprint_sha256 or ngx.var.ssl_client_fingerprint or "")
  end,
}

local function as_list(value)
  if value == nil then return {} end
  if type(value) == "table" then return value end
  return { value }
end

local readers = {
  header = function(name) return function(seen) return as_list(rawget(seen.headers, name)) end, true end,
  query = function(name) return function(seen) return named(seen.arguments, name) end, true end,
  cookie = function(name) return function(seen) return named(seen.cookies, name) end, true end,
  connection = function(name)
    local read = connection[name]
    return function() return as_list(read()) end
  end,
  method = function() return function(seen) return { seen.method } end end,
  bit = function(name)
    local kind, argument = match(name, "^([^:]+):(.+)$")
    local test = kind and argued[kind](argument) or bits[name]
    return function(seen) return { test(seen) and "1" or "0" } end
  end,
}
for one, many in pairs { header = "headers", query = "queries", cookie = "cookies" } do
  readers[many] = function(name) return (readers[one](name)) end
end

-- Plans with the same attributes share what is made of them: a function of its own for each of ten
-- thousand plans would give the hot path ten thousand traces.
local function shared(make)
  local made = setmetatable({}, { __mode = "v" })
  return function(attributes, session)
    local name = pack.pack(attributes) .. (session or "")
    local found = made[name]
    if not found then
      found = make(attributes, session)
      made[name] = found
    end
    return found
  end
end
M.shared = shared

-- compile({"header:authorization", ...}) -> extractors in plan order
M.compile = shared(function(attributes)
  local list = {}
  for i = 1, #attributes do
    local kind, name = match(attributes[i], "^([^:]+):(.+)$")
    if not kind then kind, name = attributes[i], "" end
    local read, single = readers[kind](name)
    list[i] = { read = read, single = single, name = name, kind = kind }
  end
  return list
end)

local function u16(n)
  return char(bit.rshift(n, 8), bit.band(n, 255))
end

-- all(extractors, method, path, args) -> the key's bytes as a list of pieces (see items.lua on why
-- they are not joined), and the headers; or nil, status and why to refuse the request
function M.all(extractors, method, path, args)
  local headers, err = ngx.req.get_headers(MAX_HEADERS)
  if err then return nil, 431, "too many header fields" end
  local seen = { headers = headers, method = method, path = path, arguments = arguments(args), cookies = cookies(headers) }
  local out, n = {}, 0
  for i = 1, #extractors do
    local e = extractors[i]
    local values = e.read(seen)
    local count = #values
    if e.single and count > 1 then
      return nil, 400, "The " .. e.kind .. " " .. (e.kind == "header" and gsub(e.name, "%f[%w]%w", string.upper) or "'" .. e.name .. "'") .. " must come once"
    end
    n = n + 1
    out[n] = u16(count)
    for j = 1, count do
      if #values[j] > M.limit then return nil, 431, "A credential is longer than " .. M.limit .. " bytes" end
      out[n + 1], out[n + 2] = u32(#values[j]), values[j]
      n = n + 2
    end
  end
  return out, nil, nil, headers
end

return M
