-- What was decided before: level 1, a table for each plan in this worker; level 2, shared memory.
-- Both are bounded in bytes, and refusals have a space of their own, so that a flood of bad tokens
-- cannot push good ones out. An entry: {answer..., gen, exp (wall), mono (ms), born (id of the request that asked)}.
local ffi = require "ffi"
local items = require "gatepost.items"
local answer = require "gatepost.answer"
local generation = require "gatepost.generation"
local clock = require "gatepost.clock"
local l2, refused = ngx.shared.l2, ngx.shared.refused
local now, pairs, tonumber = ngx.now, pairs, tonumber
ffi.cdef [[
  const void *EVP_sha256(void);
  unsigned char *HMAC(const void *evp_md, const void *key, int key_len, const unsigned char *d, size_t n, unsigned char *md, unsigned int *md_len);
]]
local C, out = ffi.C, ffi.new("unsigned char[32]")
local M = { plans = {}, secret = "", bound = 32 * 1048576, bound_refused = 4 * 1048576 }
local OVERHEAD = 680 -- bytes of a Lua entry beside its texts, measured with collectgarbage("count")
local used, used_refused = 0, 0
M.counts = { level1 = 0, level1_refused = 0, level2 = 0, level2_refused = 0, asked = 0, shared = 0, evicted = 0, evicted_refused = 0, forgotten = 0 }

local buffer, room = ffi.new("unsigned char[?]", 8192), 8192

-- digest(plan, pieces of the key) -> 32 bytes
function M.digest(plan, key)
  local size = #plan.id
  for i = 1, #key do size = size + #key[i] end
  if size > room then
    room = size * 2
    buffer = ffi.new("unsigned char[?]", room)
  end
  ffi.copy(buffer, plan.id, #plan.id)
  local at = #plan.id
  for i = 1, #key do
    ffi.copy(buffer + at, key[i], #key[i])
    at = at + #key[i]
  end
  C.HMAC(C.EVP_sha256(), M.secret, #M.secret, buffer, size, out, nil)
  return ffi.string(out, 32)
end

-- A plan as this worker remembers for it. d/n: accepted and refused, young; _old: the half before.
-- simple: see simple.lua.
function M.plan(spec, simple, extractors)
  local plan = {
    id = spec.id, spec = spec, remember = spec.remember, patience = spec.patience,
    simple = simple, extractors = extractors, d = {}, d_old = {}, n = {}, n_old = {},
  }
  M.plans[spec.id] = plan
  return plan
end

function M.drop(id) M.plans[id] = nil end

local function rotate()
  for _, plan in pairs(M.plans) do plan.d_old, plan.d = plan.d, {} end
  M.counts.evicted, used = M.counts.evicted + 1, 0
end

local function rotate_refused()
  for _, plan in pairs(M.plans) do plan.n_old, plan.n = plan.n, {} end
  M.counts.evicted_refused, used_refused = M.counts.evicted_refused + 1, 0
end

-- Each half may hold half of the bound.
local function remember1(plan, key, v)
  -- What the client sent is what goes upstream: leaving it alone is cheaper than setting it again.
  if v.authorization == key then v.authorization = nil end
  local size = v.size + (type(key) == "string" and #key or 8) + OVERHEAD
  if v.space == "n" then
    used_refused = used_refused + size
    if used_refused > M.bound_refused / 2 then rotate_refused(); used_refused = size end
    plan.n[key] = v
  else
    used = used + size
    if used > M.bound / 2 then rotate(); used = size end
    plan.d[key] = v
  end
end

-- Is this entry good now? On a moved generation its tags are looked at, and then it is current.
function M.good(v, gen)
  if not gen or v.exp <= now() or v.mono <= clock.mono() then return false end
  if v.gen ~= gen then
    if not generation.holds(v.tags, v.gen) then
      M.counts.forgotten = M.counts.forgotten + 1
      return false
    end
    v.gen = gen
  end
  return true
end

-- Level 1 beyond the hot path's first look: refusals, and what is in the older half.
function M.find1(plan, key, gen)
  local v = plan.d[key]
  if v then
    if M.good(v, gen) then M.counts.level1 = M.counts.level1 + 1; return v end
    plan.d[key] = nil
  end
  v = plan.n[key]
  if v then
    if M.good(v, gen) then M.counts.level1_refused = M.counts.level1_refused + 1; return v end
    plan.n[key] = nil
  end
  v = plan.d_old[key] or plan.n_old[key]
  if v then
    plan.d_old[key], plan.n_old[key] = nil, nil
    if M.good(v, gen) then
      remember1(plan, key, v)
      M.counts.level1 = M.counts.level1 + 1
      return v
    end
  end
end

-- Level 2: a value is a list: digest, generation, monotonic deadline, id of the request that asked, answer.
function M.find2(plan, key, digest, gen)
  local bytes = l2:get(digest)
  local count = "level2"
  if not bytes then
    bytes, count = refused:get(digest), "level2_refused"
    if not bytes then return nil end
  end
  local stored = items.unpack(bytes)
  if not stored or stored[1] ~= digest then return nil end
  local v = answer.read(stored[5] or "")
  if not v then return nil end
  v.gen, v.mono, v.exp, v.born = tonumber(stored[2]), tonumber(stored[3]), v.until_, stored[4]
  v.kept = true -- so those who wait for this worker's leader may take it
  if not M.good(v, gen) then
    l2:delete(digest)
    refused:delete(digest)
    return nil
  end
  M.counts[count] = M.counts[count] + 1
  if key then remember1(plan, key, v) end
  return v
end

-- Keep an answer that may be kept. `gen` was read before the question was asked.
function M.store(plan, key, digest, v, bytes, gen)
  local left = v.until_ - now()
  if left <= 0 or not gen then return false end
  v.exp, v.gen, v.mono = v.until_, gen, clock.mono() + left * 1000
  local value = items.pack { digest, string.format("%.0f", gen), string.format("%.0f", v.mono), v.born, bytes }
  local zone = v.space == "n" and refused or l2
  local ok, err, forced = zone:set(digest, value, left)
  if forced then M.counts[v.space == "n" and "evicted_refused" or "evicted"] = M.counts[v.space == "n" and "evicted_refused" or "evicted"] + 1 end
  remember1(plan, key, v)
  return true
end

function M.bytes() return used, used_refused end

return M
