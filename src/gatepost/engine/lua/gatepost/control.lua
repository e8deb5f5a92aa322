-- What the agent says over the push socket, beside the tables: revoke, forget, tell the counters
-- and the traces.
local cjson = require "cjson.safe"
local generation = require "gatepost.generation"
local metrics = require "gatepost.metrics"
local traces = require "gatepost.traces"
local M = {}

local function say(status, text)
  ngx.status = status
  ngx.header["Content-Length"] = #text
  ngx.print(text)
  return ngx.exit(status)
end

function M.revoke()
  ngx.req.read_body()
  local tags = ngx.req.get_body_data()
  if not tags or #tags % 32 ~= 0 then return say(400, "tags of 32 bytes each are wanted") end
  local ok, why = generation.revoke(tags)
  if not ok then return say(500, why) end
  return say(200, "ok")
end

function M.forget()
  generation.forget()
  return say(200, "ok")
end

function M.traces() return say(200, traces.fetch()) end

function M.metrics()
  metrics.flush()
  return say(200, cjson.encode(metrics.read()))
end

return M
