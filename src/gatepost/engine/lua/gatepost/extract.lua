-- The one extractor of key attributes: strict, and run once for each request that is not simple.
-- Grammar and meaning: plugin/attribute.py. What it finds is keyed, sent and judged: the same bytes.
local pack = require "gatepost.items"
local bit = require "bit"
local sub, find, gsub, lower, char, byte, concat = string.sub, string.find, string.gsub, string.lower, string.char, string.byte, table.concat
local gmatch, match, tonumber, type, rawget = string.gmatch, string.match, tonumber, type, rawget
local u32, item = pack.u32, pack.item
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

-- every (name, value) of all Cookie headers, in order
local function cookies(headers)
  local list, lines = {}, rawget(headers, "cookie")
  if not lines then return list end
  if type(lines) == "string" then lines = { lines } end
  for i = 1, #lines do
    for piece in gmatch(lines[i], "[^;]+") do
      local name, value = match(piece, "^%s*([^=%s]+)=(.-)%s*$")
      if name then list[#list + 1] = { name, value } end
    end
  end
  return list
end
M.cookies = cookies

local function named(list, name)
  local values = {}
  for i = 1, #list do
    if list[i][1] == name then values[#values + 1] = list[i][2] end
  end
  return values
end

local function media(headers)
  local text = rawget(headers, "content-type")
  if type(text) == "table" then text = text[1] end
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
    local mode = rawget(seen.headers, "sec-fetch-mode")
    if mode then return mode == "navigate" end
    local accept = rawget(seen.headers, "accept")
    return type(accept) == "string" and find(accept, "text/html", 1, true) ~= nil
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
  return function(attributes)
    local name = concat(attributes, "\n")
    local found = made[name]
    if not found then
      found = make(attributes)
      made[name] = found
    end
    return found
  end
end

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

-- simple(attributes) -> function(var, method, args) that gives the value of Authorization, or 0 when
-- it is absent, if that header alone decides the key; nil when the strict extractor must look.
-- Built as straight-line code, because a loop on the hot path costs microseconds (decision 0004).
M.simple = shared(function(attributes)
  local code, plain, authorized = {}, true, false
  local arguments_seen = {}
  for i = 1, #attributes do
    local kind, name = match(attributes[i], "^([^:]+):(.+)$")
    if attributes[i] == "header:authorization" then
      authorized = true -- nginx itself refuses a second Authorization, so the variable is the whole truth
    elseif kind == "header" or kind == "headers" then
      code[#code + 1] = "if var.http_" .. gsub(name, "-", "_") .. " then return nil end"
      if find(name, "[^a-z0-9-]") then plain = false end
    elseif kind == "query" or kind == "queries" then
      arguments_seen[#arguments_seen + 1] = name
    elseif kind == "cookie" or kind == "cookies" then
      code[#code + 1] = "if var.http_cookie then return nil end"
    elseif attributes[i] == "bit:body" or attributes[i] == "bit:grpc" then
      code[#code + 1] = "if var.http_content_type then return nil end"
    elseif attributes[i] == "bit:preflight" then
      code[#code + 1] = 'if method == "OPTIONS" then return nil end'
    else
      plain = false
    end
  end
  if #arguments_seen > 0 then
    local tests = { 'find(args, "%", 1, true)', 'find(args, "+", 1, true)' }
    for i = 1, #arguments_seen do
      tests[#tests + 1] = string.format("find(args, %q, 1, true)", arguments_seen[i])
    end
    code[#code + 1] = "if args and (" .. concat(tests, " or ") .. ") then return nil end"
  end
  if not plain then return function() return nil end end
  local text = "local find = string.find return function(var, method, args) " .. concat(code, " ")
    .. (authorized and " local a = var.http_authorization if a then return a end" or "") .. " return 0 end"
  return assert(loadstring(text))()
end)

return M
