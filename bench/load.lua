-- What wrk sends and reports. Argument: a file with the method and the path, then headers, an empty line, then one request a line.
-- A line is a body (POST), or a path and perhaps, after a tab, an entity tag (GET). "@@" in it becomes a number used only once.

local requests, position, counter = {}, 0, 0
local method, path, marked

local function read(file)
  local headers = {}
  method, path = file:read("*l"):match("^(%S+) (%S+)$")
  for line in file:lines() do
    if line == "" then break end
    local name, value = line:match("^([^:]+): (.*)$")
    headers[name] = value
  end
  return headers
end

local function copied(headers)
  local copy = {}
  for name, value in pairs(headers) do copy[name] = value end
  return copy
end

local function prepared(line, headers)
  if method == "POST" then return wrk.format(method, path, headers, line) end
  local target, tag = line:match("^([^\t]+)\t(.+)$")
  if not tag then return wrk.format(method, line, headers) end
  local own = copied(headers)
  own["If-None-Match"] = tag
  return wrk.format(method, target, own)
end

function init(arguments)
  local file = assert(io.open(arguments[1]))
  counter = tonumber(arguments[2] or "0")
  local headers = read(file)
  for line in file:lines() do
    marked = marked or line:find("@@", 1, true) ~= nil
    requests[#requests + 1] = marked and {line, headers} or prepared(line, headers)
  end
  file:close()
end

function request()
  position = position % #requests + 1
  local found = requests[position]
  if not marked then return found end
  counter = counter + 1
  return wrk.format(method, path, found[2], (found[1]:gsub("@@", tostring(counter))))
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"bytes":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
