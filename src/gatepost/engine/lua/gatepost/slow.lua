-- What the hot path calls when it does not know: a new configuration, a path seen for the first
-- time, a decision that is not at hand. Loops and allocation are welcome here.
local tables = require "gatepost.tables"
local router = require "gatepost.router"
local paths = require "gatepost.paths"
local upstream = require "gatepost.upstream"
local errors = require "gatepost.errors"
local extract = require "gatepost.extract"
local simple = require "gatepost.simple"
local memory = require "gatepost.memory"
local generation = require "gatepost.generation"
local flight = require "gatepost.flight"
local budget = require "gatepost.budget"
local metrics = require "gatepost.metrics"
local apply = require "gatepost.apply"
local traces = require "gatepost.traces"
local conf = ngx.shared.conf
local sub, find, gsub, match, lower, ipairs, concat = string.sub, string.find, string.gsub, string.match, string.lower, ipairs, table.concat
local tonumber = tonumber

local PATHS = 24 * 1048576 -- bytes of a worker's remembered paths; each has its texts and about 600
local M = { cache = { http = {}, https = {} } }
local cache, known, stale_plans = M.cache, 0, {}
local SCRUBBERS_AT_MOST = 256
local scrubbers, scrubber_count = {}, 0

local function empty_paths()
  cache.http, cache.https, known = {}, {}, 0
end

-- Straight-line code that clears the identity headers which only the configuration knows, but for
-- those that this plan reads: their place is taken by what it decides. Plans that read none share one
-- function, also across versions: a new one gives the hot path a new trace.
local function scrubber(plan)
  local read, names = {}, {}
  for _, attribute in ipairs(plan and plan.spec.attributes or {}) do
    local name = match(attribute, "^headers?:(.+)$")
    if name then read[name] = true end
  end
  for _, name in ipairs(tables.scrub()) do
    if not read[lower(name)] then names[#names + 1] = name end
  end
  if #names == 0 then return nil end
  local list = concat(names, "\n")
  local found = scrubbers[list]
  if found then return found end
  local code = {}
  for _, name in ipairs(names) do
    code[#code + 1] = string.format("if var[%q] then clear(%q) end", "http_" .. gsub(lower(name), "-", "_"), name)
  end
  found = assert(loadstring("local clear = ngx.req.clear_header return function(var) " .. concat(code, " ") .. " end"))()
  if scrubber_count >= SCRUBBERS_AT_MOST then scrubbers, scrubber_count = {}, 0 end
  scrubbers[list], scrubber_count = found, scrubber_count + 1
  return found
end

-- A new version of the tables: forget the paths; plans that nobody used since the last are dropped.
function M.refresh()
  local version = conf:get("version")
  if not version then return errors.send(503, "This node has no configuration yet", { ["Retry-After"] = "1" }) end
  tables.refresh(version)
  metrics.refresh()
  empty_paths()
  stale_plans, memory.plans = memory.plans, {}
  cache.version = version
end

-- The plan of a route as this worker remembers for it, or nil when its tables are not here.
local function plan_of(id)
  local plan = memory.plans[id]
  if plan then return plan end
  plan = stale_plans[id]
  if plan then
    memory.plans[id] = plan
    return plan
  end
  local spec = tables.plan(id)
  if not spec then return nil end
  return memory.plan(spec, simple.compile(spec.attributes, spec.session), extract.compile(spec.attributes))
end

-- match(scheme, method, host, raw path): what the hot path keeps for it, or an answer and nil.
function M.match(scheme, method, host, raw)
  local absolute = sub(raw, 1, 1) ~= "/"
  local norm, why = paths.normal(raw)
  if not norm then return errors.send(400, why) end
  local route, matched, cacheable = router.match(host, ngx.var.server_port, norm, method, scheme)
  if not route then return errors.send(404, "no Route matched with those values") end
  if not route.service then return errors.send(503, "no Service found with those values") end
  local path, prefix = upstream.path(route, norm, matched)
  local plan, location = route.plan and plan_of(route.plan) or nil, route.location
  if route.cookies then location = route.location_filter end -- no upstream sets them (apply.response)
  local found = {
    route = route, path = path, prefix = prefix ~= "" and prefix or nil, norm = norm,
    plan = plan, simple = plan and plan.simple(method, norm), scrub = scrubber(plan),
    location = location ~= "" and location or nil,
    host = not route.preserve and route.host or (absolute and host or nil),
    insecure = scheme == "http" and not (route.schemes or tables.schemes(route)).http,
  }
  if cacheable and not absolute then
    local size = 600 + #raw + #norm + #path + #host -- clients choose these
    if known + size > PATHS then empty_paths() end
    local methods = cache[scheme][method] or {}
    cache[scheme][method] = methods
    local hosts = methods[host] or {}
    methods[host] = hosts
    hosts[raw] = found
    known = known + size
  end
  return found
end

-- the client's Host with its port, for preserve_host; its host part is what was routed
function M.client_host(host)
  local given = ngx.var.http_host
  if not given or lower(sub(given, 1, #host)) ~= host then return host end
  local rest = sub(given, #host + 1)
  -- not digits alone: they would be another name than the one that was routed (an absolute target)
  if find(rest, "^%.?$") or find(rest, "^%.?:%d*$") then return given end
  return host
end

function M.insecure(route) return errors.insecure(route) end

function M.bad_query() return errors.send(400, "The query holds a '#'; send it as %23") end

function M.unknown_plan()
  return errors.send(503, "The policy of this route is not ready", { ["Retry-After"] = "1" })
end

-- A body may follow: it has a length, comes in chunks, or in HTTP/2 frames without a length.
local function may_have_body(headers)
  local length = headers["content-length"]
  if length then return tonumber(length) ~= 0 end
  return headers["transfer-encoding"] ~= nil or ngx.req.http_version() >= 2
end

local function request_of(match_, method, args, headers)
  return {
    id = ngx.var.request_id, method = method, path = match_.norm, args = args, headers = headers,
    account = budget.account(ngx.var.binary_remote_addr or ""),
    body_state = may_have_body(headers) and "unread" or "absent",
  }
end

-- decide(...): the decision to forward under; or the refusal, rendered, and nil.
function M.decide(plan, place, match_, method, args, gen)
  local v, level = place and memory.find1(plan, place, gen), "level1"
  if not v then
    local key, status, why, headers = extract.all(plan.extractors, method, match_.norm, args)
    if not key then return errors.send(status, why) end
    local digest = memory.digest(plan, key)
    if not place then
      place = digest
      v = memory.find1(plan, place, gen)
    end
    if not v then
      v, level = memory.find2(plan, place, digest, gen), "level2"
      if not v then
        local request = request_of(match_, method, args, headers)
        local wait = budget.wait(request.account)
        if wait then return errors.send(429, "Too many refused requests from this address", { ["Retry-After"] = wait }) end
        v, why = flight.decide(plan, key, place, digest, request)
        if not v then
          memory.counts.unavailable = (memory.counts.unavailable or 0) + 1
          require("gatepost.journal").note(ngx.WARN, "an authorizer did not answer: " .. tostring(why))
          return errors.send(503, "The decision could not be made", { ["Retry-After"] = "1" })
        end
        level = v.born == request.id and "asked" or "shared"
      end
    end
  end
  traces.decided(v, level)
  if v.kind == "F" then return v end
  if v.kind == "R" then return apply.refuse(v) end
  return apply.reply(v)
end

-- the location that also edits the answer's headers; nil where the plain one does
function M.respond(key, v, match_)
  apply.responses[key] = v.respond
  local location = match_.route.location_filter
  return location ~= "" and location or nil
end

function M.enter(location, match_)
  ngx.var.up_slot = match_.route.slot
  if match_.prefix then ngx.var.up_prefix = match_.prefix end
  return ngx.exec(location)
end

return M
