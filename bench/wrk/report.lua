-- What every script ends with: one line that bench/load.py reads.
local threads = {}

function setup(thread) threads[#threads + 1] = thread end

function done(summary, latency)
  local e, used, exhausted = summary.errors, 0, false
  for _, thread in ipairs(threads) do
    used = used + (thread:get("used") or 0)
    exhausted = exhausted or thread:get("exhausted") or false
  end
  io.write(string.format(
    'REPORT {"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"used":%d,"exhausted":%s,' ..
    '"errors":{"status":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), used,
    tostring(exhausted), e.status, e.connect, e.read, e.write, e.timeout))
end
