-- Names of upstreams and what they resolve to: the agent resolves and pushes, nobody else does.
local cjson = require "cjson.safe"
local conf = ngx.shared.conf
local type, pairs, ipairs, find, sub = type, pairs, ipairs, string.find, string.sub
local M = { known = {}, seen = 0 } -- seen: moves whenever known does

-- POST /names, JSON {"host": ["ip", ...]}
function M.put()
  ngx.req.read_body()
  local body = ngx.req.get_body_data()
  if not body and ngx.req.get_body_file() then
    local file = io.open(ngx.req.get_body_file(), "rb")
    body = file and file:read("*a")
    if file then file:close() end
  end
  local names = cjson.decode(body or "")
  local good = type(names) == "table"
  for _, addresses in pairs(good and names or {}) do
    if type(addresses) ~= "table" then good = false end
  end
  if not good then
    ngx.status = 400
    ngx.print("a JSON object of lists of addresses is wanted")
    return ngx.exit(400)
  end
  local ok, err = conf:safe_set("names", body)
  if not ok then
    ngx.status = 507
    ngx.print(err)
    return ngx.exit(507)
  end
  conf:incr("names_version", 1, 0)
  M.look()
  ngx.print("ok")
  return ngx.exit(200)
end

local version

-- look(): take over what was pushed since; true when there was something
function M.look()
  local current = conf:get("names_version")
  if current == version then return false end
  version = current
  local names = cjson.decode(conf:get("names") or "{}") or {}
  M.known, M.seen = names, M.seen + 1
  return true
end

-- addresses(host) -> list of addresses as nginx takes them (IPv6 in brackets), or nil
function M.addresses(host)
  if sub(host, 1, 1) == "[" or find(host, "^%d+%.%d+%.%d+%.%d+$") then return { host } end
  local found = {}
  for _, address in ipairs(M.known[host] or {}) do
    found[#found + 1] = find(address, ":", 1, true) and sub(address, 1, 1) ~= "[" and "[" .. address .. "]" or address
  end
  if #found > 0 then return found end
end

function M.worker()
  M.look()
  ngx.timer.every(0.2, M.look)
end

return M
