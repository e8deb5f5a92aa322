-- gRPC locations: what must hold before a request is passed on as gRPC (Kong's answers), and the
-- path, which grpc_pass takes from the request itself.
local errors = require "gatepost.errors"
local find, sub, lower = string.find, string.sub, string.lower
local M = {}

function M.enter()
  local var = ngx.var
  if sub(lower(var.http_content_type or ""), 1, 16) ~= "application/grpc" then
    return errors.send(415, "Non-gRPC request matched gRPC route")
  end
  if ngx.req.http_version() ~= 2 then
    return errors.send(426, "Please use HTTP2 protocol", { Connection = "Upgrade", Upgrade = "HTTP/2" })
  end
  local wanted = var.upstream_uri
  if wanted == var.request_uri then return end
  local question = find(wanted, "?", 1, true)
  local path = question and sub(wanted, 1, question - 1) or wanted
  if find(path, "%", 1, true) then
    return errors.send(400, "A gRPC path must be sent in its normal form")
  end
  ngx.req.set_uri(path)
  ngx.req.set_uri_args(question and sub(wanted, question + 1) or "")
end

return M
