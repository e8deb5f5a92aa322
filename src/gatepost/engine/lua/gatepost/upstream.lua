-- Upstreams: the path to send (engine/forward.py is the other half), and whose turn it is.
local ffi = require "ffi"
local base = require "resty.core.base"
local balancer = require "ngx.balancer"
local cjson = require "cjson.safe"
local state = require "gatepost.state"
local tables = require "gatepost.tables"
local names = require "gatepost.names"
local errors = require "gatepost.errors"
local paths = require "gatepost.paths"
local get_request, cast, uintptr, tonumber = base.get_request, ffi.cast, ffi.typeof("uintptr_t"), tonumber
local byte, sub, find = string.byte, string.sub, string.find
local set_current_peer, set_more_tries, set_timeouts, get_last_failure = balancer.set_current_peer, balancer.set_more_tries, balancer.set_timeouts, balancer.get_last_failure
local get_method, var = ngx.req.get_method, ngx.var
local routes = state.routes
local M = {}

-- nginx itself never repeats POST, PATCH and LOCK once they were sent; of methods it does not
-- know, it would. These may be repeated (RFC 9110, 9.2.2), or nginx guards them.
local repeatable = {
  GET = true, HEAD = true, OPTIONS = true, PUT = true, DELETE = true, POST = true, PATCH = true,
}

local function v0(strip, root, path, rest)
  local slashed = byte(root, -1) == 47
  if not strip then
    if slashed then return root .. sub(path, 2) end
    if path == "/" then return root end
    return root .. path
  end
  local bare = slashed and sub(root, 1, -2) or root
  if rest == "" then
    local closed = byte(path, -1) == 47 and (#path > 1 or slashed)
    local sent = bare .. (closed and "/" or "")
    return sent == "" and "/" or sent
  end
  return bare .. (byte(rest) == 47 and rest or "/" .. rest)
end

local function v1(strip, root, path, rest)
  if not strip then return root .. sub(path, 2) end
  if byte(root, -1) == 47 and byte(rest) == 47 then return root .. sub(rest, 2) end
  return root .. rest
end

-- path(entry, norm, matched) -> path to send, stripped prefix or ""; answers 400 when what is left
-- would not be in normal form
function M.path(entry, norm, matched)
  local root = entry.base ~= "" and entry.base or "/"
  local prefix = entry.strip and sub(norm, 1, matched or 0) or ""
  local rest = prefix ~= "" and sub(norm, #prefix + 1) or sub(norm, 2)
  local sent = (entry.handling == "v1" and v1 or v0)(entry.strip, root, norm, rest)
  if paths.normal(sent) ~= sent then
    return errors.send(400, "The path is ambiguous once its prefix is taken away")
  end
  return sent, prefix
end

-- A ring: the peers in the order of their turns, each with its addresses as names has them now.
-- Kept as long as a route uses it, so that the turns go on across versions.
local rings, rings_seen = setmetatable({}, { __mode = "v" }), -1

local function build(key)
  local pool = tables.decoded(key, cjson.decode)
  if not pool then error("the peers of a service are missing: " .. key) end
  local ring = { seen = names.seen, size = 0, at = 0, peers = #pool.peers }
  local known = {}
  for i, peer in ipairs(pool.peers) do
    known[i] = { addresses = names.addresses(peer[1]), port = peer[2], at = 0 }
  end
  for _, turn in ipairs(pool.turns) do
    local peer = known[turn + 1]
    if peer.addresses then
      ring.size = ring.size + 1
      -- a name with several addresses uses one after another
      local addresses = peer.addresses
      ring[ring.size] = { host = addresses[peer.at % #addresses + 1], port = peer.port }
      peer.at = peer.at + 1
    end
  end
  -- turns that never reach every address of a name: go round as often as it takes
  local most = 1
  for _, peer in ipairs(known) do
    if peer.addresses and #peer.addresses > most then most = #peer.addresses end
  end
  if most > 1 and ring.size * most <= 8192 then
    local size = ring.size
    for round = 1, most - 1 do
      for _, turn in ipairs(pool.turns) do
        local peer = known[turn + 1]
        if peer.addresses then
          ring.size = ring.size + 1
          ring[ring.size] = { host = peer.addresses[peer.at % #peer.addresses + 1], port = peer.port }
          peer.at = peer.at + 1
        end
      end
    end
  end
  return ring
end

local function ring_of(route)
  if rings_seen ~= names.seen then rings, rings_seen = setmetatable({}, { __mode = "v" }), names.seen end
  local ring = rings[route.up]
  if not ring then
    ring = build(route.up)
    if ring.size == 0 and ring.peers > 0 and names.look() then return ring_of(route) end
    rings[route.up] = ring
  end
  route.ring = ring
  return ring
end

local function give_up(why)
  errors.failed[state.key()] = { var.request_id, why }
  return ngx.exit(ngx.ERROR)
end

local function no_peer(ring)
  return give_up(ring.peers > 0 and "name resolution failed" or "failure to get a peer from the ring-balancer")
end

local function no_route() return give_up("failure to get a peer from the ring-balancer") end

-- After a failure: the next peer in turn that was not tried yet, if there is one.
local function another(ring)
  local tried = var.upstream_addr or ""
  for i = 0, ring.size - 1 do
    local peer = ring[(ring.at + i) % ring.size + 1]
    if not find(tried, peer.host .. ":" .. peer.port, 1, true) then
      ring.at = ring.at + i + 1
      return peer
    end
  end
  local peer = ring[ring.at % ring.size + 1]
  ring.at = ring.at + 1
  return peer
end

local function timeouts(route)
  set_timeouts(route.connect, route.send, route.read)
end

-- the balancer phase, straight-line: one peer in its turn
function M.balance()
  local route = routes[tonumber(cast(uintptr, get_request()))]
  if not route then no_route() return end
  local ring = route.ring
  if not ring or ring.seen ~= names.seen then ring = ring_of(route) end
  local size = ring.size
  if size == 0 then no_peer(ring) return end
  local peer
  if get_last_failure() then
    peer = another(ring)
  else
    local at = ring.at
    if at >= size then at = 0 end
    ring.at = at + 1
    peer = ring[at + 1]
    if route.retries > 0 and repeatable[get_method()] then set_more_tries(route.retries) end
    if route.sni then var.up_sni = route.sni end
    if route.connect ~= 60 or route.send ~= 60 or route.read ~= 60 then timeouts(route) end
  end
  local ok, err = set_current_peer(peer.host, peer.port)
  if not ok then error(err) end
end

return M
