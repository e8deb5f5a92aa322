-- The answers that the engine makes itself, in Kong's words. gRPC clients get a grpc-status.
local cjson = require "cjson.safe"
local state = require "gatepost.state"
local traces = require "gatepost.traces"
local lower, sub, gsub, type, tonumber = string.lower, string.sub, string.gsub, type, tonumber
local M = { JSON = "application/json; charset=utf-8", failed = {} } -- failed[state.key()]: {id of the request, why no peer could be picked}

local GRPC = { [400] = 3, [401] = 16, [403] = 7, [404] = 12, [413] = 8, [429] = 8, [500] = 13, [504] = 4 }
local MESSAGES = {
  [400] = "Bad request", [403] = "Forbidden", [404] = "Not found", [405] = "Method not allowed",
  [408] = "Request timeout", [411] = "Length required", [412] = "Precondition failed",
  [413] = "Payload too large", [414] = "URI too long", [415] = "Unsupported media type",
  [416] = "Range not satisfiable", [417] = "Expectation failed", [421] = "Misdirected request",
  [429] = "Too many requests", [431] = "Request header fields too large",
  [500] = "An unexpected error occurred",
  [502] = "An invalid response was received from the upstream server",
  [503] = "The upstream server is currently unavailable",
  [504] = "The upstream server is timing out",
}

function M.is_grpc()
  return sub(lower(ngx.var.http_content_type or ""), 1, 16) == "application/grpc"
end

-- gRPC clients read a status in the headers of a "trailers only" answer (gRPC over HTTP/2)
function M.grpc(status, message)
  local header = ngx.header
  ngx.status = 200
  header["Content-Type"] = "application/grpc"
  header["Content-Length"] = 0
  header["grpc-status"] = GRPC[status] or 14
  header["grpc-message"] = gsub(message, "[^ -~]", "?")
  ngx.send_headers()
end

-- the body, or for HEAD the headers alone: without them nginx would put its own error page there
function M.body(status, kind, body)
  local header = ngx.header
  ngx.status = status
  if kind then header["Content-Type"] = kind end
  header["Content-Length"] = #body
  if ngx.req.get_method() == "HEAD" or body == "" then ngx.send_headers() else ngx.print(body) end
end

local function answer(status, message, headers)
  local header = ngx.header
  traces.said(message)
  for name, value in pairs(headers or {}) do header[name] = value end
  if M.is_grpc() then return M.grpc(status, message) end
  local id = ngx.var.request_id
  header["X-Kong-Request-Id"] = id
  M.body(status, M.JSON, '{"message":' .. cjson.encode(message) .. ',"request_id":"' .. id .. '"}')
end

-- send(status, message [, headers]): answers, and does not return
function M.send(status, message, headers)
  answer(status, message, headers)
  return ngx.exit(M.is_grpc() and 200 or status)
end

-- a request without TLS on a route that wants it: 426, or a redirect when the route says so
function M.insecure(route)
  local status = tonumber(route.https_redirect) or 426
  if status == 426 then
    local upgrade = ngx.req.http_version() < 2 and { Connection = "Upgrade", Upgrade = "TLS/1.2, HTTP/1.1" }
    return M.send(426, "Please use HTTPS protocol", upgrade or nil)
  end
  ngx.header["Location"] = "https://" .. (ngx.var.fwd_host or ngx.var.host) .. ngx.var.request_uri
  ngx.header["Content-Length"] = 0
  ngx.status = status
  ngx.send_headers()
  return ngx.exit(status)
end

-- The page of nginx's own errors: bad requests, and upstreams that failed. The reason that the
-- balancer left is told; what failed is written to the log without the request's line.
function M.page()
  local status = ngx.status
  local key = state.key()
  local why = M.failed[key]
  local message = MESSAGES[status] or "Error"
  M.failed[key] = nil
  if why and why[1] == ngx.var.request_id then
    status, message = 503, why[2]
  else
    why = nil
  end
  local route = state.routes[key]
  if status >= 500 then
    require("gatepost.journal").failure(status, route, why and why[2] or "")
  end
  answer(status, message)
end

return M
