-- An authorizer's answer, decoded into the table that level 1 keeps; engine/answer.py writes it.
local items = require "gatepost.items"
local cookies = require "gatepost.cookies"
local unpack, tonumber, sub, match, find = items.unpack, tonumber, string.sub, string.match, string.find
local M = {}

local function some(text) if text ~= "" then return text end end

-- a final status (RFC 9110, 15), or nil: nginx would take 100 or 99999 for what they are not
local function status(text) return match(text, "^[2-5]%d%d$") and tonumber(text) end

local function list(text)
  if text == "" then return nil end
  local l = unpack(text)
  if not l then error("a nested list is broken") end
  return l
end

local function forward(v, a)
  local authorization = a[6]
  local op = sub(authorization, 1, 1)
  if op == "+" then v.authorization = sub(authorization, 2)
  elseif op == "-" then v.unauthorized = true
  elseif op ~= "=" then return nil end
  for i = 0, 6 do
    local value = a[7 + i]
    if value ~= "" then v.identified, v["h" .. i] = true, value end
  end
  local n, names = 0, {}
  local edits = list(a[14])
  if edits then
    for i = 1, #edits, 3 do
      if edits[i] == "set" then -- the common edits, unrolled on the hot path
        v[n + 1], v[n + 2] = edits[i + 1], edits[i + 2]
        n = n + 2
      elseif edits[i] == "cookie" then -- all of them are one function there
        names[#names + 1] = edits[i + 1]
      else
        if edits[i] == "args" and find(edits[i + 2], "[%c #]") then return nil end
        v.edits = v.edits or {}
        v.edits[#v.edits + 1] = { edits[i], edits[i + 1], edits[i + 2] }
      end
    end
  end
  if names[1] then v.cookies = cookies.remover(names) end
  v.respond = list(a[15])
  v.label = a[16]
  return v
end

-- decode(bytes) -> answer, or nil when it is not one
function M.decode(bytes)
  local a = unpack(bytes)
  if not a or #a < 6 then return nil end
  a[#a] = nil -- random bytes, so that no two answers look alike to LuaJIT (items.lua)
  local v = { kind = a[1], until_ = tonumber(a[2]), ends = tonumber(a[3]), tags = a[4], space = a[5], size = #bytes }
  if not v.until_ or #v.tags % 32 ~= 0 then return nil end
  -- the hot path forwards whatever it finds among the accepted, so only what forwards may lie there
  if v.kind == "R" then v.space = "n" end
  if v.kind == "F" and #a == 16 then return forward(v, a) end
  if v.kind == "R" and #a == 11 then
    v.status, v.code, v.message = status(a[6]), a[7], a[8]
    v.challenges, v.headers, v.retry_after, v.label = list(a[9]), list(a[10]), some(a[11]), a[7]
    if not v.status or v.status < 400 then return nil end
    return v
  end
  if v.kind == "P" and #a == 8 then
    v.status, v.headers, v.body, v.label = status(a[6]), list(a[7]), a[8], "reply"
    if not v.status or v.until_ ~= 0 then return nil end -- so it is never kept, whatever its space
    return v
  end
  if v.kind == "B" then
    v.until_ = 0
    return v
  end
  return nil
end

-- pcall around it: bytes that are no answer are nil, never an error
function M.read(bytes)
  local ok, v = pcall(M.decode, bytes)
  if ok then return v end
  return nil
end

return M
