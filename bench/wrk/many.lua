-- Different tokens over different routes. Token i always goes to route i % routes.
-- arguments: prefix of the path, number of tokens, number of routes, first token, step
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")

local head, middle, tail, tokens, routes, at, step

function init(args)
  tokens, routes, at, step = tonumber(args[2]), tonumber(args[3]), tonumber(args[4]), tonumber(args[5])
  head = "GET " .. args[1]
  middle = "/item HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\nAuthorization: Bearer good-"
  tail = "\r\n\r\n"
  used, exhausted = 0, false
end

function request()
  local token = at
  at = (at + step) % tokens
  used = used + 1
  return head .. token % routes .. middle .. token .. tail
end
