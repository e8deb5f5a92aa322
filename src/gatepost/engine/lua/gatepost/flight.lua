-- Single flight: of all that ask the same at one moment, one asks and the others wait, in this
-- worker and in its neighbours. Only an answer that was remembered is shared; otherwise everybody
-- asks for himself (decision 0005), and where a plan remembers nothing nobody waits at all.
local semaphore = require "ngx.semaphore"
local memory = require "gatepost.memory"
local generation = require "gatepost.generation"
local ask = require "gatepost.ask"
local body = require "gatepost.body"
local budget = require "gatepost.budget"
local locks = ngx.shared.locks
local now, pcall, min = require("gatepost.clock").seconds, pcall, math.min
local M = { flights = {} }

-- One question, and the answer kept if it may be. A revocation that lands meanwhile wins: an
-- answer learnt before it, on a tag that it names, is asked for again.
local function question(plan, key, place, digest, request)
  for _ = 1, 3 do
    local gen = generation.read()
    local v, bytes = ask.ask(plan, key, digest, request)
    memory.counts.asked = memory.counts.asked + 1
    if not v then return nil, bytes end
    if v.space == "n" and (v.kind ~= "B" and (v.kind ~= "R" or v.status < 500)) then
      budget.charge(request.account) -- refused, sent elsewhere, or let through only as somebody anonymous
    end
    v.born = request.id -- the question that it answers, for traces
    v.gen = gen -- also what is not remembered may run long (streams.lua)
    local after = generation.read()
    if gen == after or v.tags == "" or generation.holds(v.tags, gen) then
      if v.until_ > 0 and request.body_state ~= "sent" then
        v.kept = memory.store(plan, place, digest, v, bytes, gen)
      end
      return v
    end
  end
  return nil, "revoked again and again"
end

-- Wait for a neighbour worker that asks the same; nil when we should ask ourselves.
local function elsewhere(plan, place, digest)
  local deadline, wait = now() + plan.patience, 0.001
  while true do
    local v = memory.find2(plan, place, digest, generation.read())
    if v then return v end
    if locks:add(digest, true, plan.patience + 0.5) then
      v = memory.find2(plan, place, digest, generation.read()) -- the neighbour may just have been done
      if v then locks:delete(digest) end
      return v, true
    end
    if now() > deadline then return nil, false end
    ngx.sleep(wait)
    wait = min(wait * 2, 0.02)
    if not locks:get(digest) then -- the neighbour is done
      v = memory.find2(plan, place, digest, generation.read())
      return v, false
    end
  end
end

local function lead(plan, key, place, digest, request)
  local v, locked = elsewhere(plan, place, digest)
  if v then return v end
  local ok, found, why = pcall(question, plan, key, place, digest, request)
  if locked then locks:delete(digest) end
  if not ok then return nil, found end
  return found, why
end

local function flown(plan, key, place, digest, request)
  if not plan.remember then return question(plan, key, place, digest, request) end
  local flight = M.flights[digest]
  if flight then
    flight.waiting = flight.waiting + 1
    flight.semaphore:wait(plan.patience + 1)
    local v = flight.answer
    if v and v.kept and memory.good(v, generation.read()) then
      memory.counts.shared = memory.counts.shared + 1
      return v
    end
    return question(plan, key, place, digest, request)
  end
  flight = { semaphore = semaphore.new(), waiting = 0 }
  M.flights[digest] = flight
  local ok, v, why = pcall(lead, plan, key, place, digest, request)
  flight.answer = ok and v or nil
  M.flights[digest] = nil
  if flight.waiting > 0 then flight.semaphore:post(flight.waiting) end
  if not ok then return nil, v end
  return v, why
end

-- decide(plan, key, place, digest, request) -> answer, or nil and why. `place` is the key of level 1.
-- A body is read after the flight: who sends it slowly must not keep others waiting.
function M.decide(plan, key, place, digest, request)
  local v, why = flown(plan, key, place, digest, request)
  if not v or v.kind ~= "B" then return v, why end
  body.read(request)
  return question(plan, key, place, digest, request)
end

return M
