-- What a person should know of failures, written without the request: nginx's own messages carry the
-- request's first line, and with it tokens in queries, so the servers' logs are as good as off.
-- Lines wait here and are written by a timer, which has no request; equal ones are counted.
local concat, pairs, format = table.concat, pairs, string.format
local M = {}
local lines, kinds = {}, 0
local MOST = 200 -- different lines between two writings

-- note(level, text): text must be free of anything that a client sent
function M.note(level, text)
  local line = lines[text]
  if line then
    line.count = line.count + 1
  elseif kinds < MOST then
    lines[text], kinds = { level = level, count = 1 }, kinds + 1
  end
end

-- failure(status, route, why): an upstream, or the way to it, failed
function M.failure(status, route, why)
  local var = ngx.var
  M.note(ngx.ERR, format("%d on route %s to service %s: upstream %s answered %s%s%s", status,
    route and (route.name or route.id) or "-", route and route.service or "-",
    var.upstream_addr or "-", var.upstream_status or "-", why ~= "" and ": " or "", why))
end

local function write()
  if kinds == 0 then return end
  local waiting = lines
  lines, kinds = {}, 0
  for text, line in pairs(waiting) do
    ngx.log(line.level, text, line.count > 1 and format(" (%d times)", line.count) or "")
  end
end

function M.worker()
  ngx.timer.every(1, write)
end

return M
