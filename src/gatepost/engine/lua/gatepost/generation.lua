-- Revocation by tag. The zone never evicts (safe_set only); it holds the global generation "g",
-- the "floor" below which nothing counts, and for each revoked tag the generation of its
-- revocation. A remembered decision keeps the generation that was read before it was asked for.
local gens = ngx.shared.generations
local sub = string.sub
local M = {}

local COUNTER = 4294967296 -- a generation is boot id * COUNTER + counter, exact in a double
M.kept = 600 -- seconds that a tag's record stays: longer than any decision may be remembered

-- Called before workers start: a boot id so that nothing of another life looks current.
function M.boot()
  local random = io.open("/dev/urandom", "rb")
  local a, b, c = random:read(3):byte(1, 3)
  random:close()
  gens:add("floor", 0)
  gens:add("g", ((a * 256 + b) * 16 + c % 16 + 1) * COUNTER)
end

function M.read()
  local g = gens:get("g")
  return g
end

-- Is what was learnt at generation `since` (nil: never) still good, under these tags?
-- A tag that was revoked in the very same generation counts as revoked: asking once more is cheap.
function M.holds(tags, since)
  local g, floor = gens:get("g"), gens:get("floor")
  if not since or not g or not floor or floor >= since then return false end
  if since - since % COUNTER ~= g - g % COUNTER then return false end -- learnt in another life
  for at = 1, #tags, 32 do
    local revoked = gens:get(sub(tags, at, at + 31))
    if revoked and revoked >= since then return false end
  end
  return true
end

-- Drop every decision that rests on one of these tags (32 bytes each). First the tags, then the
-- generation: whoever still reads the old generation finds the tags on its next look.
function M.revoke(tags)
  local g = gens:get("g")
  if not g then -- lost: a new life, in which nothing of the old one holds
    M.boot()
    return true
  end
  for at = 1, #tags, 32 do
    local tag = sub(tags, at, at + 31)
    if #tag ~= 32 then return nil, "a tag has 32 bytes" end
    local ok = gens:safe_set(tag, g + 1, M.kept)
    if not ok then
      gens:flush_expired()
      ok = gens:safe_set(tag, g + 1, M.kept)
    end
    if not ok then gens:set("floor", g + 1) end -- no room: forget everything instead
  end
  gens:incr("g", 1)
  return true
end

function M.forget()
  local g = gens:get("g")
  if not g then return M.boot() end -- a new life is forgetting, too
  gens:set("floor", g + 1)
  gens:incr("g", 1)
end

return M
