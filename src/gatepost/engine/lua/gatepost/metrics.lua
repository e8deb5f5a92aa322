-- Counting: each worker counts in tables of its own; a timer adds the differences to shared memory
-- every second, so that the hot path pays for an addition and nothing else.
local ffi = require "ffi"
local memory = require "gatepost.memory"
local budget = require "gatepost.budget"
local streams = require "gatepost.streams"
local shared = ngx.shared.metrics
local pairs, tonumber, type, match = pairs, tonumber, type, string.match
local SIZE, SECONDS = 97, 96 -- 6 status classes x 16 buckets, and the sum of seconds
local PAIRS = 2000 -- of a route and a consumer that a worker counts apart; more are counted together
local M = { unmatched = 0 }
local touched, sent, sent_unmatched = {}, {}, 0 -- touched: route, slot, route, slot, ...
local tallies, tally_count, due = {}, 0, {} -- due: tallies that counted since the last flush

M.edges = { .001, .002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10 }

-- A route's counters in this worker. The names under which they are summed are made once.
function M.histogram(route)
  route.histogram, route.counters = ffi.new("double[?]", SIZE), {}
  shared:safe_set("route\t" .. route.id, (route.name or "") .. "\t" .. (type(route.service) == "string" and route.service or ""))
  return route.histogram
end

-- touch(route, slot): the slot counted for the first time since the last flush
function M.touch(route, slot)
  local n = #touched
  touched[n + 1], touched[n + 2] = route, slot
end

-- tally(route, decision): the counters of a consumer on a route, by class of status. The decision
-- keeps them, so that the hot path looks nothing up. Beyond so many, consumers are counted as one.
function M.tally(route, v)
  local name = route.id .. "\t" .. v.h0
  if not tallies[name] and tally_count >= PAIRS then name = route.id .. "\t" end
  local found = tallies[name]
  if not found then
    found = { name = name, classes = ffi.new("double[6]"), due = false }
    tallies[name], tally_count = found, tally_count + 1
  end
  v.tally = found
  return found
end

-- tallied(tally): it counted for the first time since the last flush
function M.tallied(tally)
  tally.due = true
  due[#due + 1] = tally
end

-- A new version of the tables: routes and consumers that are gone may have taken all the places.
function M.refresh()
  if tally_count >= PAIRS then tallies, tally_count = {}, 0 end
end

function M.unrouted() M.unmatched = M.unmatched + 1 end

local function add(name, amount)
  if amount ~= 0 then shared:incr(name, amount, 0) end
end

-- Move one slot of a route to shared memory.
local function move(route, slot)
  local histogram, counters = route.histogram, route.counters
  local name = counters[slot]
  if not name then
    name = "request\t" .. route.id .. "\t" .. slot
    counters[slot] = name
  end
  add(name, histogram[slot])
  histogram[slot] = 0
end

-- Move what a consumer's requests counted to shared memory.
local function move_tally(one)
  for class = 0, 5 do
    add("consumer\t" .. one.name .. "\t" .. class, one.classes[class])
    one.classes[class] = 0
  end
  one.due = false
end

-- Names of counters: kind, then what tells them apart, separated by tabs. Only what was touched is
-- looked at: with ten thousand routes, looking at all slots of all would take a tenth of the time.
function M.flush()
  local list = touched
  touched = {}
  for i = 1, #list, 2 do
    local route = list[i]
    move(route, list[i + 1])
    move(route, SECONDS)
  end
  local tallied = due
  due = {}
  for i = 1, #tallied do move_tally(tallied[i]) end
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

-- gone(ids): what was counted of routes that no version holds any more is dropped, a little later,
-- when every worker has written what it counted until then.
function M.gone(ids)
  local dropped = {}
  for i = 1, #ids do dropped[ids[i]] = true end
  local ok, err = ngx.timer.at(3, function(premature)
    for _, key in pairs(shared:get_keys(0)) do
      local id = match(key, "^consumer\t([^\t]*)")
      if id and dropped[id] then shared:delete(key) end
    end
    for i = 1, #ids do
      for slot = 0, SIZE - 1 do shared:delete("request\t" .. ids[i] .. "\t" .. slot) end
      shared:delete("route\t" .. ids[i])
      if i % 64 == 0 and not premature then ngx.sleep(0) end
    end
  end)
  if not ok then ngx.log(ngx.ERR, "no timer: ", err) end
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
