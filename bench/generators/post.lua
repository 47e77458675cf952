-- wrk script: posts the events of a file, `batch` of them a request as NDJSON; with batch 1 as application/json.
--   wrk ... -s post.lua http://HOST:PORT/PATH -- EVENTS_FILE BATCH [CREDENTIAL]: the value of Authorization
local requests, at = {}, 0

function init(args)
  local batch = tonumber(args[2])
  local type = batch == 1 and "application/json" or "application/x-ndjson"
  local lines, bodies = {}, {}
  for line in io.lines(args[1]) do
    lines[#lines + 1] = line
    if #lines == batch then
      bodies[#bodies + 1] = batch == 1 and line or table.concat(lines, "\n") .. "\n"
      lines = {}
    end
  end
  for i, body in ipairs(bodies) do
    requests[i] = wrk.format("POST", nil, { ["Content-Type"] = type, ["Authorization"] = args[3] }, body)
  end
  at = math.random(#requests)
end

function request()
  at = at % #requests + 1
  return requests[at]
end

-- One line of JSON, so that the harness need not read wrk's prose. Statuses outside 2xx and 3xx are wrk's "status" errors.
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"seconds":%.4f,"errors":%d,"refused":%d,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f}\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.timeout, e.status,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
