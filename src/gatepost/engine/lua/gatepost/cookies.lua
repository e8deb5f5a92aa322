-- Cookies that are the gateway's own: seen, taken out of a request, and kept from being set by an
-- upstream. A name that ends in "*" stands for all that begin like it. What the hot path calls is
-- straight-line code, made once for each list of names (decisions 0004 and 0007).
local concat, sub, find, match, format, gmatch, type, sort = table.concat, string.sub, string.find, string.match, string.format, string.gmatch, type, table.sort
local var, set_header, clear_header, header = ngx.var, ngx.req.set_header, ngx.req.clear_header, ngx.header
local M = {}

-- what the extractor lets stand before a cookie's name, where that is not the header's beginning
local BEFORE = { ";", " ", "\t", "\v", "\f", "\r", "\n" }
local SEEN_AT_MOST = 100 -- values of one header that lua-resty-core shows
local REMOVERS_AT_MOST = 256

-- stems(names) -> the beginnings to look for: no name begins with another of them
local function stems(names)
  local sorted, found = {}, {}
  for i = 1, #names do sorted[i] = match(names[i], "^(.*)%*$") or names[i] end
  sort(sorted)
  for i = 1, #sorted do
    local last = found[#found]
    if not last or sub(sorted[i], 1, #last) ~= last then found[#found + 1] = sorted[i] end
  end
  return found
end
M.stems = stems

-- Code of an expression: may a cookie begin with the stem in the variable `text`, from `from` on? It
-- says yes too often rather than too seldom, and no to nearly all with its first test.
function M.may_begin(text, from, stem)
  local tests = { from == "1" and format("sub(%s, 1, %d) == %q", text, #stem, stem) or nil }
  for i = 1, #BEFORE do tests[#tests + 1] = format("find(%s, %q, %s, true)", text, BEFORE[i] .. stem, from) end
  return format("find(%s, %q, %s, true) and (%s)", text, stem, from, concat(tests, " or "))
end

-- owned(names) -> function(name): is it one of them?
local function owned(names)
  local exact, prefixes = {}, {}
  for i = 1, #names do
    local prefix = match(names[i], "^(.*)%*$")
    if prefix then prefixes[#prefixes + 1] = prefix else exact[names[i]] = true end
  end
  return function(name)
    if not name or name == "" then return false end
    if exact[name] then return true end
    for i = 1, #prefixes do
      if sub(name, 1, #prefixes[i]) == prefixes[i] then return true end
    end
    return false
  end
end

-- The name of a cookie: what stands before "=", without the blanks around it; nil without "=". A
-- pattern that looked for the blanks behind it would try each of thousands again and again.
local function name_of(text)
  local equals = find(text, "=", 1, true)
  if not equals then return nil end
  local first, last = find(text, "%S"), equals - 1
  while last >= first and find(text, "^%s", last) do last = last - 1 end
  return sub(text, first, last)
end

-- The name under which a browser would send back what a Set-Cookie line sets (RFC 6265, 5.2 and 5.4).
-- One without a name comes back as its value alone, and that may look like a name and a value.
local function name_set_by(line)
  local text = match(line, "^[^;]*")
  local name = name_of(text)
  if name == "" then return name_of(sub(text, find(text, "=", 1, true) + 1)) end
  return name
end

-- Take every cookie of these names out of the header; where there is none, nothing is touched. Blanks
-- around a name make it no other name for most upstreams, as for browsers (RFC 6265, 5.2). What is left
-- stays as the client wrote it, in one header (RFC 6265, 5.4), without the blank behind what stood first.
local function remove(cookie, own)
  local kept, gone, first = {}, 0, false
  for piece in gmatch(cookie .. ";", "([^;]*);") do
    if own(name_of(piece)) then
      first = first or #kept == 0
      gone = gone + 1
    else
      kept[#kept + 1] = piece
    end
  end
  if gone == 0 then return end
  local left = concat(kept, ";")
  if first then left = match(left, "^ *(.*)$") end
  if find(left, "[^; \t]") then set_header("Cookie", left) else clear_header("Cookie") end
end

-- Code that cuts one cookie of this name out of `cookie`, where it stands as browsers write it.
local function cutting(name)
  return format([[
    if sub(cookie, 1, %d) == %q then
      local stop = find(cookie, ";", %d, true)
      if not stop then clear() return end
      if byte(cookie, stop + 1) ~= 32 or byte(cookie, stop + 2) == 32 then more(whole, own) return end
      cookie, cut = sub(cookie, stop + 2), true
    else
      local at = find(cookie, %q, 1, true)
      if at then
        local stop = find(cookie, ";", at + 1, true)
        if stop then cookie = sub(cookie, 1, at - 1) .. sub(cookie, stop) else cookie = sub(cookie, 1, at - 1) end
        cut = true
      end
    end]], #name + 1, name .. "=", #name + 1, "; " .. name .. "=")
end

local function compiled(names)
  local code = {}
  for _, stem in ipairs(stems(names)) do
    for _, name in ipairs(names) do
      if sub(name, 1, #stem) == stem and sub(name, -1) ~= "*" then
        code[#code + 1] = format("if find(cookie, %q, 1, true) then %s end", stem, cutting(name))
      end
    end
    code[#code + 1] = format("if %s then more(whole, own) return end", M.may_begin("cookie", "1", stem))
  end
  local text = [[
    local var, set, clear, more, own = ...
    local find, sub, byte = string.find, string.sub, string.byte
    return function()
      local whole = var.http_cookie
      if not whole then return end
      local cookie, cut = whole, false
      ]] .. concat(code, "\n") .. [[
      if cut then
        if find(cookie, "=", 1, true) then set(cookie) else more(whole, own) end
      end
    end]]
  local function set(value) set_header("Cookie", value) end
  local function clear() clear_header("Cookie") end
  return assert(loadstring(text))(var, set, clear, remove, owned(names))
end

-- remover(names) -> function() that takes them out of the live request. Decisions with the same
-- names share it, and it is kept when they are gone: each new one gives the hot path a new trace,
-- and of those it has some hundreds. Names come from the configuration, so there are few.
local removers, count = {}, 0
function M.remover(names)
  local key = concat(names, ";")
  local found = removers[key]
  if not found then
    if count >= REMOVERS_AT_MOST then removers, count = {}, 0 end
    found = compiled(names)
    removers[key], count = found, count + 1
  end
  return found
end

-- guard(names, lines): drop those of the upstream's Set-Cookie lines that set one of these
function M.guard(names, lines)
  if type(lines) == "string" then lines = { lines } end
  local own, kept = owned(names), {}
  for i = 1, #lines do
    if not own(name_set_by(lines[i])) then kept[#kept + 1] = lines[i] end
  end
  if #kept == #lines and #lines < SEEN_AT_MOST then return end
  header["Set-Cookie"] = kept[1] and kept or nil
end

return M
