-- Applying what was decided to the live request, away from the hot path: the rarer edits, refusals
-- and answers in full. Refusals are rendered for each request: JSON, or grpc-status for gRPC.
local ffi = require "ffi"
local base = require "resty.core.base"
local extract = require "gatepost.extract"
local cjson = require "cjson.safe"
local errors = require "gatepost.errors"
local cookies = require "gatepost.cookies"
local get_request, cast, uintptr, tonumber = base.get_request, ffi.cast, ffi.typeof("uintptr_t"), tonumber
local concat, lower, ipairs = table.concat, string.lower, ipairs
local set_header, clear_header, header, add_header = ngx.req.set_header, ngx.req.clear_header, ngx.header, require("ngx.resp").add_header
local routes = require("gatepost.state").routes
local M = { responses = {} }

-- the raw query without every argument of this name, in any spelling
function M.without_argument(args, name)
  local kept, n = {}, 0
  for _, argument in ipairs(extract.arguments(args)) do
    if argument[1] ~= name then
      n = n + 1
      kept[n] = argument[3]
    end
  end
  return n > 0 and concat(kept, "&") or nil
end

-- edits(v, args) -> args: the rarer edits of a Forward
function M.edits(v, args)
  for _, edit in ipairs(v.edits) do
    local op, name, value = edit[1], edit[2], edit[3]
    if op == "del" then clear_header(name)
    elseif op == "args" then args = value ~= "" and value or nil
    elseif op == "arg" then args = args and M.without_argument(args, name)
    elseif op == "body" then ngx.req.read_body() ngx.req.set_body_data(value)
    else error("unknown edit " .. op) end
  end
  return args
end

-- remaining header pairs, beyond those that the hot path unrolls
function M.more(v, from)
  for i = from, #v, 2 do set_header(v[i], v[i + 1]) end
end

-- Headers of an answer, from a flat list of pairs; a name that comes twice keeps both values.
-- Challenges become one field: nginx would keep only the last (RFC 9110, 11.6.1 allows the list).
local function answer_headers(pairs_, challenges)
  local many = {}
  local function add(name, value)
    local values = many[lower(name)] or {}
    values[#values + 1] = value
    many[lower(name)] = values
    header[name] = lower(name) == "www-authenticate" and concat(values, ", ") or values
  end
  for i = 1, #(pairs_ or {}), 2 do add(pairs_[i], pairs_[i + 1]) end
  for _, challenge in ipairs(challenges or {}) do add("WWW-Authenticate", challenge) end
  header["X-Kong-Request-Id"] = ngx.var.request_id
end

function M.refuse(v)
  answer_headers(v.headers, v.challenges)
  if v.retry_after then header["Retry-After"] = v.retry_after end
  if errors.is_grpc() then
    errors.grpc(v.status, v.message)
    return ngx.exit(200)
  end
  errors.body(v.status, errors.JSON, cjson.encode { message = v.message })
  return ngx.exit(v.status)
end

function M.reply(v)
  answer_headers(v.headers)
  errors.body(v.status, nil, v.body)
  return ngx.exit(v.status)
end

-- The edits of an answer: Set-Cookie comes beside the upstream's own, the others in their place.
local function respond(pairs_)
  for i = 1, #pairs_, 2 do
    if lower(pairs_[i]) == "set-cookie" then add_header("Set-Cookie", pairs_[i + 1])
    else header[pairs_[i]] = pairs_[i + 1] end
  end
end

-- Header filter, straight-line: an upstream may not set the gateway's own cookies; then the answer's
-- edits of this one decision.
function M.response()
  local key = tonumber(cast(uintptr, get_request()))
  local route = routes[key]
  if route and route.cookies then
    local lines = header["Set-Cookie"]
    -- answers of ours come through here too, and those set them
    if lines and ngx.var.upstream_status then cookies.guard(route.cookies, lines) end
  end
  local pairs_ = M.responses[key]
  if pairs_ then respond(pairs_) end
end

return M
