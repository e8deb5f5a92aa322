-- The quick half of the extractor: for the requests that nearly all are, it finds the one credential
-- that decides the key, and everything else to be as usual. What it cannot tell at once it leaves to
-- the strict half (extract.lua). Two requests that it gives the same place have the same key there:
-- the differential test is about that.
local cookies = require "gatepost.cookies"
local extract = require "gatepost.extract"
local find, gsub, match, sub, format, concat, gmatch = string.find, string.gsub, string.match, string.sub, string.format, table.concat, string.gmatch
local M = {}

-- Does a person open a page? Of each header the first value counts (extract.lua). Later versions of
-- nginx show all values of a header in one, joined by commas, so that a comma leaves the answer open.
local NAVIGATION = [[
  local opens = false
  local mode = var.http_sec_fetch_mode
  if mode then
    if mode == "navigate" then opens = true elseif find(mode, ",", 1, true) then return nil end
  else
    local accept = var.http_accept
    if accept then
      local at = find(accept, "text/html", 1, true)
      if at == 1 then opens = true elseif at then return nil end
    end
  end
  if opens then
    local with = var.http_x_requested_with
    if with == "XMLHttpRequest" then opens = false elseif with and find(with, ",", 1, true) then return nil end
    if var.http_sec_purpose then return nil end
  end]]

-- what a list of attributes asks for, sorted by where it is looked for; nil when some of it has no quick answer
local function sorted(attributes, session)
  local found = { headers = {}, arguments = {}, cookies = {} }
  for i = 1, #attributes do
    local whole = attributes[i]
    local kind, name = match(whole, "^([^:]+):(.+)$")
    local bit, argument = match(whole, "^bit:([^:]+):(.+)$")
    if whole == "header:authorization" then
      found.authorized = true -- nginx itself refuses a second Authorization, so the variable is the whole truth
    elseif kind == "header" or kind == "headers" then
      if find(name, "[^a-z0-9-]") then return nil end
      found.headers[#found.headers + 1] = name
    elseif kind == "query" or kind == "queries" or bit == "query" then
      found.arguments[#found.arguments + 1] = argument or name
    elseif kind == "cookie" or kind == "cookies" or bit == "cookie-prefix" then
      found.cookies[#found.cookies + 1] = bit and argument or name
      if name == session then found.session = session end
    elseif whole == "bit:body" or whole == "bit:grpc" then
      found.headers[#found.headers + 1] = "content-type"
    elseif whole == "bit:navigation" then
      found.navigation = true
    elseif whole ~= "bit:preflight" and bit ~= "method" and bit ~= "path-suffix" then
      return nil
    end
  end
  return found
end

-- The further pieces of a long session that the plan reads: NAME2, NAME3, and so on.
local function pieces_of(wanted)
  local known, pieces = {}, {}
  for i = 1, #wanted.cookies do known[wanted.cookies[i]] = true end
  for number = 2, 9 do
    local name = wanted.session .. number
    if not known[name] then break end
    pieces[#pieces + 1] = "; " .. name .. "="
  end
  return pieces
end

-- Code that gives the place of the session where its cookie stands as browsers write it: alone of its
-- name, with its pieces behind it in their order, and no other of the plan's cookies beside it. A
-- person who opens a page has another key than a script with the same cookie, so the first letter is
-- left out there.
local function session_code(wanted, stems)
  local name, code = wanted.session .. "=", {}
  local function add(text, ...) code[#code + 1] = format(text, ...) end
  add("local start if sub(cookie, 1, %d) == %q then start = 1 else", #name, name)
  add("local at = find(cookie, %q, 1, true) if at then start = at + 2 end end", "; " .. name)
  add("if start then")
  if wanted.authorized then add("if var.http_authorization then return nil end") end
  add("local stop = find(cookie, ';', start + %d, true)", #name)
  local pieces = pieces_of(wanted)
  for i = 1, #pieces do
    add("if stop and sub(cookie, stop, stop + %d) == %q then", #pieces[i] - 1, pieces[i])
    add("stop = find(cookie, ';', stop + %d, true)", #pieces[i])
  end
  add(string.rep("end ", #pieces))
  add("if start > 1 then local before = sub(cookie, 1, start - 3)")
  for i = 1, #stems do code[#code + 1] = "if " .. cookies.may_begin("before", "1", stems[i]) .. " then return nil end" end
  add("end if stop then")
  for i = 1, #stems do code[#code + 1] = "if " .. cookies.may_begin("cookie", "stop", stems[i]) .. " then return nil end" end
  add("end")
  if wanted.navigation then add("if opens then start = start + 1 end") end
  add("if stop then return sub(cookie, start, stop - 1) end")
  add("if start == 1 then return cookie end return sub(cookie, start) end")
  return concat(code, " ")
end

local function code_of(wanted)
  local code = {}
  local function add(text, ...) code[#code + 1] = format(text, ...) end
  for i = 1, #wanted.headers do add("if var.http_%s then return nil end", (gsub(wanted.headers[i], "-", "_"))) end
  if #wanted.arguments > 0 then
    local tests = { 'find(args, "%", 1, true)', 'find(args, "+", 1, true)' }
    for i = 1, #wanted.arguments do tests[#tests + 1] = format("find(args, %q, 1, true)", wanted.arguments[i]) end
    code[#code + 1] = "if args and (" .. concat(tests, " or ") .. ") then return nil end"
  end
  if wanted.navigation then code[#code + 1] = NAVIGATION end
  if #wanted.cookies > 0 then
    local stems = cookies.stems(wanted.cookies)
    add("local cookie = var.http_cookie if cookie then")
    if wanted.session then code[#code + 1] = session_code(wanted, stems) end
    for i = 1, #stems do code[#code + 1] = "if " .. cookies.may_begin("cookie", "1", stems[i]) .. " then return nil end" end
    add("end")
  end
  if wanted.navigation then add("if opens then return nil end") end
  if wanted.authorized then
    add("local a = var.http_authorization if a then")
    if wanted.session then -- the places of sessions are theirs alone
      local name = wanted.session .. "="
      add("if sub(a, 1, %d) == %q or sub(a, 1, %d) == %q then return nil end", #name, name, #name - 1, sub(name, 2))
    end
    add("return a end")
  end
  add("return 0")
  return concat(code, " ")
end

local function never() return nil end

-- Of the method and the path it depends only whether the quick half may be asked at all.
local function settled(attributes)
  local methods, suffixes = {}, {}
  for i = 1, #attributes do
    local bit, argument = match(attributes[i], "^bit:([^:]+):(.+)$")
    if bit == "method" then
      for name in gmatch(argument, "[^,]+") do methods[name] = true end
    elseif bit == "path-suffix" then
      suffixes[#suffixes + 1] = argument
    elseif attributes[i] == "bit:preflight" then
      methods.OPTIONS = true
    end
  end
  return function(method, path)
    if methods[method] then return false end
    for i = 1, #suffixes do
      if sub(path, -#suffixes[i]) == suffixes[i] then return false end
    end
    return true
  end
end

-- compile(attributes, session) -> function(method, path) that gives the function(var, args) to ask
-- for a place: the one text (Authorization, or the session's cookie) that decides the key; 0 when
-- there is none; nil when the strict extractor must look. session: the name of the plan's cookie.
-- The function is straight-line code, because a loop on the hot path costs microseconds (decision
-- 0004).
M.compile = extract.shared(function(attributes, session)
  local wanted = sorted(attributes, session)
  if not wanted then return function() return never end end
  local text = "local find, sub = string.find, string.sub return function(var, args) " .. code_of(wanted) .. " end"
  local place, usual = assert(loadstring(text))(), settled(attributes)
  return function(method, path)
    if usual(method, path) then return place end
    return never
  end
end)

return M
