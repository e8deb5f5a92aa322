-- Lists of items: u32 big-endian length and bytes, one after another. The language between the
-- engine, the authorizers and the agent; Python's half is engine/items.py.
--
-- LuaJIT interns every string, and hashes a long one by its length and sixteen of its bytes: the
-- first and last four, and two places between. Questions agree in all of them, so that joining each
-- into one string makes one long chain of all that are alive. So what is long and seldom equal is
-- kept in pieces (cosockets send those as they are), and Python ends an answer with random bytes.
local bit = require "bit"
local byte, char, sub, concat = string.byte, string.char, string.sub, table.concat
local band, rshift = bit.band, bit.rshift
local M = {}

function M.u32(n)
  return char(band(rshift(n, 24), 255), band(rshift(n, 16), 255), band(rshift(n, 8), 255), band(n, 255))
end

function M.item(text)
  return M.u32(#text) .. text
end

-- pack({a, b, ...}) -> bytes
function M.pack(list)
  local out, n = {}, 0
  for i = 1, #list do
    local text = list[i]
    out[n + 1], out[n + 2] = M.u32(#text), text
    n = n + 2
  end
  return concat(out)
end

-- length(pieces) -> bytes that they hold together
function M.length(pieces)
  local total = 0
  for i = 1, #pieces do total = total + #pieces[i] end
  return total
end

-- unpack(bytes) -> list, or nil when the bytes are no list
function M.unpack(text)
  local list, n, at, size = {}, 0, 1, #text
  while at <= size do
    local a, b, c, d = byte(text, at, at + 3)
    if not d then return nil end
    local length = ((a * 256 + b) * 256 + c) * 256 + d
    if at + 3 + length > size then return nil end
    n = n + 1
    list[n] = sub(text, at + 4, at + 3 + length)
    at = at + 4 + length
  end
  return list
end

return M
