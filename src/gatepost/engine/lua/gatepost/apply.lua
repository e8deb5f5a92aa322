-- Applying what was decided to the live request, away from the hot path: the rarer edits, refusals
-- and answers in full. Refusals are rendered for each request: JSON, or grpc-status for gRPC.
local extract = require "gatepost.extract"
local cjson = require "cjson.safe"
local errors = require "gatepost.errors"
local state = require "gatepost.state"
local concat, sub, find, gsub, lower, gmatch, match, type, ipairs = table.concat, string.sub, string.find, string.gsub, string.lower, string.gmatch, string.match, type, ipairs
local rawget = rawget
local set_header, clear_header = ngx.req.set_header, ngx.req.clear_header
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

-- Take every cookie of this name out; where there is none, nothing is touched.
local function remove_cookie(name)
  local lines = rawget(ngx.req.get_headers(0), "cookie")
  if not lines then return end
  if type(lines) == "string" then lines = { lines } end
  local left, changed = {}, false
  for _, line in ipairs(lines) do
    local kept, gone = {}, false
    for piece in gmatch(line, "[^;]+") do
      if match(piece, "^%s*([^=%s]+)=") == name then gone = true
      elseif find(piece, "[^ ]") then kept[#kept + 1] = match(piece, "^ *(.-) *$") end
    end
    changed = changed or gone
    if #kept > 0 then left[#left + 1] = gone and concat(kept, "; ") or line end
  end
  if not changed then return end
  if #left > 0 then set_header("Cookie", left) else clear_header("Cookie") end
end

-- edits(v, args) -> args: the rarer edits of a Forward
function M.edits(v, args)
  for _, edit in ipairs(v.edits) do
    local op, name, value = edit[1], edit[2], edit[3]
    if op == "del" then clear_header(name)
    elseif op == "arg" then args = args and M.without_argument(args, name)
    elseif op == "cookie" then remove_cookie(name)
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
    ngx.header[name] = lower(name) == "www-authenticate" and concat(values, ", ") or values
  end
  for i = 1, #(pairs_ or {}), 2 do add(pairs_[i], pairs_[i + 1]) end
  for _, challenge in ipairs(challenges or {}) do add("WWW-Authenticate", challenge) end
end

function M.refuse(v)
  answer_headers(v.headers, v.challenges)
  if v.retry_after then ngx.header["Retry-After"] = v.retry_after end
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

-- header filter: the answer's edits of a Forward, and nothing for requests that have none
function M.response()
  local key = state.key()
  local pairs_ = M.responses[key]
  if not pairs_ then return end
  for i = 1, #pairs_, 2 do ngx.header[pairs_[i]] = pairs_[i + 1] end
end

return M
