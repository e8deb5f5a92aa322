-- Counting: each worker counts in tables of its own; a timer adds the differences to shared memory
-- every second, so that the hot path pays for an addition and nothing else.
local ffi = require "ffi"
local memory = require "gatepost.memory"
local budget = require "gatepost.budget"
local streams = require "gatepost.streams"
local shared = ngx.shared.metrics
local pairs, tonumber, type = pairs, tonumber, type
local SIZE = 97 -- 6 status classes x 16 buckets, and the sum of seconds
local M = { unmatched = 0 }
local touched, sent, sent_unmatched = {}, {}, 0

M.edges = { .001, .002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10 }

function M.histogram(route)
  local histogram = ffi.new("double[?]", SIZE)
  route.histogram = histogram
  return histogram
end

function M.dirty(route)
  route.dirty = true
  touched[#touched + 1] = route
end

function M.unrouted() M.unmatched = M.unmatched + 1 end

local function add(name, amount)
  if amount ~= 0 then shared:incr(name, amount, 0) end
end

-- Names of counters: kind, then what tells them apart, separated by tabs.
function M.flush()
  local list = touched
  touched = {}
  for i = 1, #list do
    local route = list[i]
    local histogram = route.histogram
    for slot = 0, SIZE - 1 do
      if histogram[slot] ~= 0 then
        add("request\t" .. route.id .. "\t" .. slot, histogram[slot])
        histogram[slot] = 0
      end
    end
    route.dirty = false
    shared:safe_set("route\t" .. route.id, (route.name or "") .. "\t" .. (type(route.service) == "string" and route.service or ""))
  end
  for name, value in pairs(memory.counts) do
    add("decision\t" .. name, value - (sent[name] or 0))
    sent[name] = value
  end
  add("unmatched", M.unmatched - sent_unmatched)
  sent_unmatched = M.unmatched
  add("limited", budget.limited)
  add("streams_ended", streams.ended)
  budget.limited, streams.ended = 0, 0
  local worker = ngx.worker.id()
  local used, used_refused = memory.bytes()
  shared:set("bytes\tlevel1\t" .. worker, used)
  shared:set("bytes\tlevel1_refused\t" .. worker, used_refused)
  shared:set("bytes\tlua\t" .. worker, collectgarbage("count") * 1024)
  shared:set("running\t" .. worker, streams.running)
end

-- read() -> {counters = {name: number}, zones = {name: {capacity, free}}, edges = {...}}
function M.read()
  local counters, zones = {}, {}
  for _, key in pairs(shared:get_keys(0)) do counters[key] = shared:get(key) end
  for name, zone in pairs(ngx.shared) do
    zones[name] = { capacity = zone:capacity(), free = zone:free_space() }
  end
  return { counters = counters, zones = zones, edges = M.edges }
end

return M
