-- Certificates of the TLS listeners, by the name that the client asks for: tables, so that a new one
-- needs no reload. Without a match, the listener's own certificate stays.
local ssl = require "ngx.ssl"
local cjson = require "cjson.safe"
local tables = require "gatepost.tables"
local lower, find, sub = string.lower, string.find, string.sub
local conf = ngx.shared.conf
local M = {}
local seen

local function parse(body)
  local found = {}
  for i, pair in ipairs(cjson.decode(body)) do
    local chain, err = ssl.parse_pem_cert(pair[1])
    if not chain then error(err) end
    local key, why = ssl.parse_pem_priv_key(pair[2])
    if not key then error(why) end
    found[i] = { chain, key }
  end
  return found
end

-- key_of(names, host): exact, then *.rest, then first.*, then the default
local function key_of(names, host)
  local found = names[host]
  if found then return found end
  local dot = find(host, ".", 1, true)
  while dot do
    found = names["*" .. sub(host, dot)]
    if found then return found end
    dot = find(host, ".", dot + 1, true)
  end
  for at = #host, 1, -1 do
    if sub(host, at, at) == "." then
      found = names[sub(host, 1, at) .. "*"]
      if found then return found end
    end
  end
  return names["*"]
end

function M.show()
  local version = conf:get("version")
  if version ~= seen and version then
    -- the access phase of this worker may not have seen this version yet, so look at it directly
    local root = cjson.decode(conf:get(version .. ":root") or "")
    if root then M.names, seen = cjson.decode(conf:get(root.certificates) or "{}"), version end
  end
  if not M.names then return end
  local host = lower(ssl.server_name() or "")
  local key = key_of(M.names, host)
  if not key then return end
  local pairs_ = tables.decoded(key, parse)
  if not pairs_ then return end
  local ok, err = ssl.clear_certs()
  if not ok then error(err) end
  for i = 1, #pairs_ do
    assert(ssl.set_cert(pairs_[i][1]))
    assert(ssl.set_priv_key(pairs_[i][2]))
  end
end

return M
