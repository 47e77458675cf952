-- wrk script: posts the events of a file, `batch` of them a request as NDJSON; with batch 1 as application/json.
--   wrk ... -s post.lua http://HOST:PORT/PATH -- EVENTS_FILE BATCH [CREDENTIAL [DIALECT]]
-- CREDENTIAL: the value of Authorization. DIALECT: v2, v3 or cloudevents, how the same events are written instead. "" is none.
local requests, at = {}, 0

local function key_of(event)
  return event:match('"aggregateId":"([^"]*)"')
end

-- Content-Type, what stands before the events of a request and behind them, one event, and what stands between two ("," where it is not said).
local dialects = {
  v2 = { "application/vnd.kafka.json.v2+json", '{"records":[', "]}", function(event)
    return string.format('{"key":"%s","value":%s}', key_of(event), event)
  end },
  v3 = { "application/json", "", "", function(event)
    return string.format('{"key":{"type":"STRING","data":"%s"},"value":{"type":"JSON","data":%s}}', key_of(event), event)
  end, "" },
  cloudevents = { "application/cloudevents-batch+json", "[", "]", function(event)
    return string.format('{"specversion":"1.0","id":"%s","source":"/bench","type":"%s","partitionkey":"%s","data":%s}',
      event:match('"eventId":"([^"]*)"'), event:match('"eventType":"([^"]*)"'), key_of(event), event)
  end },
}

local function body_of(lines, dialect)
  if not dialect then return #lines == 1 and lines[1] or table.concat(lines, "\n") .. "\n" end
  local events = {}
  for n, line in ipairs(lines) do events[n] = dialect[4](line) end
  return dialect[2] .. table.concat(events, dialect[5] or ",") .. dialect[3]
end

function init(args)
  local batch = tonumber(args[2])
  local credential = args[3] ~= "" and args[3] or nil
  local dialect = dialects[args[4]]
  local type = dialect and dialect[1] or batch == 1 and "application/json" or "application/x-ndjson"
  local lines = {}
  for line in io.lines(args[1]) do
    lines[#lines + 1] = line
    if #lines == batch then
      local fields = { ["Content-Type"] = type, ["Authorization"] = credential }
      requests[#requests + 1] = wrk.format("POST", nil, fields, body_of(lines, dialect))
      lines = {}
    end
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
