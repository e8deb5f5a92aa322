-- The one normal form of a request path; engine/paths.py is the other half, and says why.
-- normal(raw) -> path, or nil and what is wrong with it (for the client).
local byte, sub, find, gsub, char, upper, concat, format = string.byte, string.sub, string.find, string.gsub, string.char, string.upper, table.concat, string.format
local gmatch, tonumber, re_find = string.gmatch, tonumber, ngx.re.find
local M = {}

local function decoded(digits)
  local c = char(tonumber(digits, 16))
  if find(c, "^[A-Za-z0-9%-._~]$") then return c end
  return "%" .. upper(digits)
end

local function escaped(c) return format("%%%02X", byte(c)) end

local AMBIGUOUS = [[%2F\.\.?(?:%2F|/|;|$)|/\.\.?(?:%2F|;)|%2F\.\.?%3B|/\.\.?%3B]]

local function slow(path)
  if path == "" then return "/" end
  if byte(path) ~= 47 then return nil, "The path must begin with a slash" end
  if find(path, "#", 1, true) then return nil, "The path holds a '#'; send it as %23" end
  if find(path, "[%z\1-\32\127]") then
    return nil, "The path holds a control character or a space; percent-encode it"
  end
  if find(path, "%%[^%x]") or find(path, "%%%x[^%x]") or find(path, "%%%x?$") then
    return nil, "The path holds a '%' without two hexadecimal digits"
  end
  path = gsub(path, "%%(%x%x)", decoded)
  path = gsub(path, "[^!$&'()*+,%-./0-9:;=@A-Z_a-z~%%]", escaped)
  if find(path, "%5C", 1, true) or find(path, "%00", 1, true) then
    return nil, "The path holds a backslash or a zero byte"
  end
  local ambiguous, _, err = re_find(path, AMBIGUOUS, "jo")
  if ambiguous or err then
    return nil, "The path is ambiguous: dots beside an encoded slash or a semicolon"
  end
  local out, n, last = {}, 0, ""
  for segment in gmatch(path, "[^/]+") do
    last = segment
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
-- in front, nothing encoded.
function M.normal(raw)
  if re_find(raw, [[\A(?:/(?!\.)[!$&'()*+,\-.0-9:=@A-Z_a-z~]+)+/?\z]], "jo") then return raw end
  return slow(raw)
end

return M
