-- The start: what the master does once, and what each worker does.
local ffi = require "ffi"
ffi.cdef [[ int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d); int getppid(void); int getpid(void); int kill(int pid, int signal); ]]
local M = {}

-- init(settings), in init_by_lua: everything is loaded before the workers fork.
-- settings: secret_file, authorizers (socket paths), traces (of each kind, a second), memory_bytes and refused_bytes (level 1 of a
-- worker), refusal_rate (a second) and refusal_burst (for an address), trace_log (a file, for
-- developers: what the trace compiler does, and where it gives up).
function M.init(settings)
  if settings.trace_log then require("jit.v").on(settings.trace_log) end
  require "resty.core"
  -- The hot path is one long trace: LuaJIT's defaults would give up half-way and interpret it.
  require("jit.opt").start("maxrecord=16000", "maxirconst=4000", "maxside=400", "maxtrace=4000", "sizemcode=256", "maxmcode=16384")
  local memory, ask, budget, generation = require "gatepost.memory", require "gatepost.ask", require "gatepost.budget", require "gatepost.generation"
  local file = assert(io.open(settings.secret_file, "rb"))
  memory.secret = file:read("*a")
  file:close()
  assert(#memory.secret >= 32, "the boot secret is too short")
  memory.bound, memory.bound_refused = settings.memory_bytes, settings.refused_bytes
  budget.rate, budget.burst = settings.refusal_rate, settings.refusal_burst
  for i, path in ipairs(settings.authorizers) do ask.sockets[i] = "unix:" .. path end
  require("gatepost.traces").rate = settings.traces
  generation.boot()
  require "gatepost.access"
  require "gatepost.control"
  M.master = ffi.C.getpid()
end

-- worker(), in init_worker_by_lua: die with the master, watch the clock, count, end streams.
function M.worker()
  collectgarbage("setpause", 300) -- a request leaves little behind; collect less often
  ffi.C.prctl(1, 3, 0, 0, 0) -- PR_SET_PDEATHSIG, SIGQUIT
  if ffi.C.getppid() ~= M.master then ffi.C.kill(ffi.C.getpid(), 3) end -- it died before prctl
  local clock, generation, metrics, streams = require "gatepost.clock", require "gatepost.generation", require "gatepost.metrics", require "gatepost.streams"
  local offset = clock.offset()
  local function every(seconds, work)
    local ok, err = ngx.timer.every(seconds, function(premature)
      if premature then return end
      local fine, why = pcall(work)
      if not fine then ngx.log(ngx.ERR, "a timer failed: ", why) end
    end)
    if not ok then ngx.log(ngx.ERR, "no timer: ", err) end
  end
  every(0.25, function()
    local ahead = clock.offset()
    if ahead < offset - 1 then
      ngx.log(ngx.WARN, "the clock stepped back by ", offset - ahead, " seconds: everything is forgotten")
      generation.forget()
    end
    offset = ahead
  end)
  every(1, metrics.flush)
  local traces = require "gatepost.traces"
  traces.refill()
  every(1, traces.refill)
  every(0.5, streams.sweep)
end

return M
