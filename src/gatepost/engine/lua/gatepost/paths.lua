-- The one normal form of a request path; engine/paths.py is the other half, and says why.
-- normal(raw) -> path, or nil and what is wrong with it (for the client).
local byte, sub, find, gsub, char, lower, concat, format = string.byte, string.sub, string.find, string.gsub, string.char, string.lower, table.concat, string.format
local gmatch, re_find = string.gmatch, ngx.re.find
-- What one path may cost: the same in engine/paths.py.
local M = { SEGMENTS = 256, ESCAPES = 1024 }

-- Every spelling of a triplet, and every byte that must be one: looked up, because clients send
-- thousands of them.
local DECODED, ESCAPED = {}, {}
for code = 0, 255 do
  local c, triplet = char(code), format("%%%02X", code)
  ESCAPED[c] = triplet
  local into = find(c, "^[A-Za-z0-9%-._~]$") and c or triplet
  for _, first in ipairs { sub(triplet, 2, 2), lower(sub(triplet, 2, 2)) } do
    for _, second in ipairs { sub(triplet, 3, 3), lower(sub(triplet, 3, 3)) } do
      DECODED["%" .. first .. second] = into
    end
  end
end

local CONTROL = [=[[\x00-\x20\x7f]]=]
local BROKEN = [[%(?![0-9A-Fa-f]{2})]]
local OTHER = [=[[^!$&'()*+,\-./0-9:;=@A-Z_a-z~%]]=]
local AMBIGUOUS = [[%2F\.\.?(?:%2F|/|;|$)|/\.\.?(?:%2F|;)|%2F\.\.?%3B|/\.\.?%3B]]

-- A search that failed found something.
local function has(path, regex)
  local from, _, err = re_find(path, regex, "jo")
  return from or err
end

local function slow(path)
  if path == "" then return "/" end
  if byte(path) ~= 47 then return nil, "The path must begin with a slash" end
  if find(path, "#", 1, true) then return nil, "The path holds a '#'; send it as %23" end
  if has(path, CONTROL) then
    return nil, "The path holds a control character or a space; percent-encode it"
  end
  local escapes, more = 0, 0
  if find(path, "%", 1, true) then
    if has(path, BROKEN) then
      return nil, "The path holds a '%' without two hexadecimal digits"
    end
    path, escapes = gsub(path, "%%..", DECODED, M.ESCAPES + 1)
  end
  if has(path, OTHER) then
    path, more = gsub(path, "[^!$&'()*+,%-./0-9:;=@A-Z_a-z~%%]", ESCAPED, M.ESCAPES + 1)
  end
  if escapes + more > M.ESCAPES then
    return nil, "The path holds more than " .. M.ESCAPES .. " percent-encoded bytes"
  end
  if find(path, "%5C", 1, true) or find(path, "%00", 1, true) then
    return nil, "The path holds a backslash or a zero byte"
  end
  if has(path, AMBIGUOUS) then
    return nil, "The path is ambiguous: dots beside an encoded slash or a semicolon"
  end
  local out, n, last, count = {}, 0, "", 0
  for segment in gmatch(path, "[^/]+") do
    last = segment
    count = count + 1
    if count > M.SEGMENTS then
      return nil, "The path holds more than " .. M.SEGMENTS .. " segments"
    end
    if segment == ".." then
      if n == 0 then return nil, "The path leads above the root" end
      out[n] = nil
      n = n - 1
    elseif segment ~= "." then
      n = n + 1
      out[n] = segment
    end
  end
  local closed = n > 0 and (sub(path, -1) == "/" or last == "." or last == "..")
  return "/" .. concat(out, "/") .. (closed and "/" or "")
end

-- Most paths are their own normal form: safe characters, no empty segment, no segment with a dot
-- in front, nothing encoded. A segment takes two bytes, so short ones need not be counted.
function M.normal(raw)
  if #raw <= 2 * M.SEGMENTS and re_find(raw, [[\A(?:/(?!\.)[!$&'()*+,\-.0-9:=@A-Z_a-z~]+)+/?\z]], "jo") then return raw end
  return slow(raw)
end

return M
