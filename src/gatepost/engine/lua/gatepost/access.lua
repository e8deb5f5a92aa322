-- The hot path, as straight-line code: no loop and no tail call of a builtin, so that each phase
-- compiles to one trace (decision 0004; a test watches the trace compiler). All rare work sits in
-- functions of its own. There is no policy here: match, find what was decided, apply, count.
local ffi = require "ffi"
local base = require "resty.core.base"
local state = require "gatepost.state"
local memory = require "gatepost.memory"
local generation = require "gatepost.generation"
local slow = require "gatepost.slow"
local metrics = require "gatepost.metrics"
local apply = require "gatepost.apply"
local streams = require "gatepost.streams"
local traces = require "gatepost.traces"
require "gatepost.clock"

local get_request, cast, uintptr, tonumber = base.get_request, ffi.cast, ffi.typeof("uintptr_t"), tonumber
local find, sub = string.find, string.sub
local var, set_header, clear_header, exec = ngx.var, ngx.req.set_header, ngx.req.clear_header, ngx.exec
local time, now, start_time, get_method = ngx.time, ngx.now, ngx.req.start_time, ngx.req.get_method
local conf, gens, C = ngx.shared.conf, ngx.shared.generations, ffi.C
local routes, counts, under, notes = state.routes, memory.counts, streams.under, traces.notes
local M = {}
local seen = slow.cache -- cache.version, cache[scheme][method][host][raw path] -> match

-- scheme: http or https, by listener
function M.run(scheme)
  local method, host, target = get_method(), var.host, var.request_uri
  if conf:get("version") ~= seen.version then slow.refresh() end
  local raw, args = target, nil
  local question = find(target, "?", 1, true)
  if question then
    raw, args = sub(target, 1, question - 1), sub(target, question + 1)
  end
  local paths = seen[scheme][method]
  local hosts = paths and paths[host]
  local match = hosts and hosts[raw]
  if not match then
    match = slow.match(scheme, method, host, raw)
    if not match then return end
  end
  local route = match.route
  local key = tonumber(cast(uintptr, get_request()))
  routes[key] = route
  local scrub = match.scrub
  if scrub then scrub(var) end
  if args and find(args, "#", 1, true) then slow.bad_query() return end
  if match.insecure then
    slow.insecure(route)
    return
  end
  local location = match.location
  local plan = match.plan
  if plan then
    local place = match.simple(var, args)
    local v = nil
    local gen = gens:get("g")
    if place then v = plan.d[place] end
    if v and v.gen == gen and v.exp > time() and v.mono > tonumber(C.ngx_current_msec) then
      counts.level1 = counts.level1 + 1
    else
      v = slow.decide(plan, place, match, method, args, gen)
      if not v then return end
    end
    if v.authorization then set_header("Authorization", v.authorization)
    elseif v.unauthorized then clear_header("Authorization") end
    if v.identified then
      if v.h0 then var.h_0 = v.h0 end
      if v.h1 then var.h_1 = v.h1 end
      if v.h2 then var.h_2 = v.h2 end
      if v.h3 then var.h_3 = v.h3 end
      if v.h4 then var.h_4 = v.h4 end
      if v.h5 then var.h_5 = v.h5 end
      if v.h6 then var.h_6 = v.h6 end
    end
    local name = v[1]
    if name then
      set_header(name, v[2])
      name = v[3]
      if name then
        set_header(name, v[4])
        name = v[5]
        if name then
          set_header(name, v[6])
          if v[7] then apply.more(v, 7) end
        end
      end
    end
    if v.cookies then v.cookies() end
    if v.edits then args = apply.edits(v, args) end
    if v.respond then location = slow.respond(key, v, match) end
    under[key] = v
  elseif route.plan then
    slow.unknown_plan(route)
    return
  end
  var.up_host = match.host or slow.client_host(host)
  if args then var.upstream_uri = match.path .. "?" .. args else var.upstream_uri = match.path end
  if location then
    slow.enter(location, match)
  elseif match.prefix then
    var.up_prefix = match.prefix
  end
end

function M.log()
  local key = tonumber(cast(uintptr, get_request()))
  local route = routes[key]
  local note = notes[key] -- of what the slow path decided
  if note then notes[key] = nil end
  if not route then
    metrics.unrouted()
    traces.unrouted(note)
    return
  end
  routes[key] = nil
  local v = under[key]
  under[key] = nil
  if apply.responses[key] then apply.responses[key] = nil end
  local seconds, bucket = now() - start_time(), 13
  if seconds <= .001 then bucket = 0 elseif seconds <= .002 then bucket = 1 elseif seconds <= .005 then bucket = 2
  elseif seconds <= .01 then bucket = 3 elseif seconds <= .025 then bucket = 4 elseif seconds <= .05 then bucket = 5
  elseif seconds <= .1 then bucket = 6 elseif seconds <= .25 then bucket = 7 elseif seconds <= .5 then bucket = 8
  elseif seconds <= 1 then bucket = 9 elseif seconds <= 2.5 then bucket = 10 elseif seconds <= 5 then bucket = 11
  elseif seconds <= 10 then bucket = 12 end
  local status = ngx.status
  if status > 599 then status = 0 end -- any three digits may come from an upstream; slots end at 5xx
  local histogram = route.histogram
  if not histogram then histogram = metrics.histogram(route) end
  local slot = ((status - status % 100) / 100) * 16 + bucket
  local count = histogram[slot]
  histogram[slot] = count + 1
  histogram[96] = histogram[96] + seconds
  if count == 0 then metrics.touch(route, slot) end
  if v and v.h0 then -- a consumer is known
    local tally = v.tally
    if not tally then tally = metrics.tally(route, v) end
    local classes, class = tally.classes, (status - status % 100) / 100
    classes[class] = classes[class] + 1
    if not tally.due then metrics.tallied(tally) end
  end
  if traces.left > 0 or note or status >= 400 or traces.rate > 0 and var.http_gatepost_trace then
    traces.sample(route, v, note, seconds, status)
  end
end

return M
