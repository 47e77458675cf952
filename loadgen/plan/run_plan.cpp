#include "loadgen/plan/run_plan.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "loadgen/events/mark.h"
#include "loadgen/events/size_mix.h"
#include "loadgen/units/quantity.h"

namespace loadgen::plan {

namespace {

using namespace std::chrono_literals;

template <typename Value>
struct choice {
  std::string_view name;
  Value value;
};

template <typename Value, std::size_t Size>
Value choose(std::string_view flag, std::string_view text, const choice<Value> (&choices)[Size]) {
  std::string known;
  for (const auto& c : choices) {
    if (c.name == text) return c.value;
    known += (known.empty() ? "" : ", ") + std::string(c.name);
  }
  throw units::usage_error(std::string(flag) + ": no '" + std::string(text) + "'; one of " + known);
}

constexpr choice<protocol_kind> protocols[] = {{"http", protocol_kind::http},
                                               {"tcp", protocol_kind::tcp},
                                               {"lines", protocol_kind::lines},
                                               {"kafka", protocol_kind::kafka}};
constexpr choice<body_encoding> encodings[] = {{"identity", body_encoding::identity},
                                               {"gzip", body_encoding::gzip},
                                               {"zstd", body_encoding::zstd},
                                               {"lz4", body_encoding::lz4}};
constexpr choice<body_format> formats[] = {{"ndjson", body_format::ndjson}, {"json", body_format::json}};
constexpr choice<retry_policy> retries[] = {
    {"none", retry_policy::none}, {"safe", retry_policy::safe}, {"all", retry_policy::all}};
constexpr choice<busy_policy> busy[] = {{"wait", busy_policy::wait}, {"count", busy_policy::count}};

void resolve_target(const run_options& options, run_plan& plan) {
  std::string_view rest = options.target;
  std::string scheme;
  if (const auto at = rest.find("://"); at != std::string_view::npos) {
    scheme = rest.substr(0, at);
    rest.remove_prefix(at + 3);
  }
  if (scheme == "https")
    throw units::usage_error("--target: https is not spoken here; put the load on the plain listener");
  const std::string kind = !options.protocol.empty() ? options.protocol : scheme.empty() ? "http" : scheme;
  plan.protocol = choose("--protocol", kind, protocols);
  rest = rest.substr(0, rest.find('/'));
  plan.target = std::string(name_of(plan.protocol)) + "://" + std::string(rest);
  if (plan.protocol == protocol_kind::kafka) {
    plan.host = rest;
    return;
  }
  const auto colon = rest.rfind(':');
  if (colon == std::string_view::npos || rest.ends_with(']')) {
    if (plan.protocol != protocol_kind::http) {
      throw units::usage_error("--target: '" + options.target + "' lacks a port, as in 127.0.0.1:7070");
    }
    plan.host = rest;
    plan.port = "80";
  } else {
    plan.host = rest.substr(0, colon);
    plan.port = rest.substr(colon + 1);
  }
  if (plan.host.starts_with('[') && plan.host.ends_with(']')) plan.host = plan.host.substr(1, plan.host.size() - 2);
  if (plan.host.empty() || plan.port.empty())
    throw units::usage_error("--target: cannot read '" + options.target + "'");
}

void resolve_length(const run_options& options, run_plan& plan) {
  if (!options.events.empty()) plan.events = static_cast<std::uint64_t>(units::parse_count(options.events));
  if (plan.events == 0U) throw units::usage_error("--events: 0 events prove nothing");
  if (!options.duration.empty()) {
    plan.duration = units::parse_duration(options.duration);
    if (plan.duration <= 0s) throw units::usage_error("--duration: a run lasts longer than that");
  } else if (const auto length = plan.rate.length()) {
    plan.duration = *length;
  } else {
    plan.duration = plan.events ? 365 * 24h : 10s;
  }
  if (const auto length = plan.rate.length()) plan.duration = std::min(plan.duration, *length);
}

std::uint32_t bounded(std::string_view flag, double value, double low, double high) {
  if (value < low || value > high || value != std::floor(value)) {
    throw units::usage_error(std::string(flag) + ": must be a whole number from " + units::format_count(low) + " to " +
                             units::format_count(high));
  }
  return static_cast<std::uint32_t>(value);
}

void resolve_streams(const run_options& options, run_plan& plan) {
  plan.aggregates = bounded("--aggregates", units::parse_count(options.aggregates), 1, events::mark::aggregates_max);
  plan.batch = bounded("--batch", options.batch, 1, 100000);
  plan.connections = bounded("--connections", options.connections, 1, events::mark::streams_max);
  if (plan.connections > plan.aggregates) {
    plan.connections = plan.aggregates;
    plan.notes.push_back("connections lowered to " + std::to_string(plan.aggregates) +
                         ": an aggregate's events all go through one connection");
  }
  const std::uint32_t cores = std::max(1U, std::thread::hardware_concurrency());
  // Half the machine by default: the server under test usually needs the other half.
  const std::uint32_t wanted = options.threads != 0 ? options.threads : std::max(1U, cores / 2);
  plan.threads = std::min(bounded("--threads", wanted, 1, 256), plan.connections);
  const std::uint32_t usual = plan.protocol == protocol_kind::tcp ? 8 : 1;
  plan.pipeline = bounded("--pipeline", options.pipeline == 0 ? usual : options.pipeline, 1, 1024);
  plan.burst = options.burst;
}

std::string read_file(const std::string& path, std::string_view flag) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw units::usage_error(std::string(flag) + ": cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void resolve_run(const run_options& options, run_plan& plan) {
  plan.run = options.run;
  while (plan.run == 0) plan.run = std::random_device{}();
  plan.run_text.resize(8);
  events::write_hex8(plan.run_text.data(), plan.run);
  plan.seed = options.seed;
}

void resolve_events(const run_options& options, run_plan& plan) {
  plan.images = options.template_file.empty()
                    ? events::images::shop(events::size_mix::parse(options.size), plan.run, options.seed)
                    : events::images::from_template(read_file(options.template_file, "--template"), plan.run);
  plan.event_size_max = plan.images.largest();
  plan.event_size_mean = plan.images.mean_size();
  plan.keyed = plan.images.keyed();
}

/// The pointer in the request's query that tells the server where the aggregate id stands; empty: its default.
std::string key_pointer(const std::string& query) {
  for (const std::string_view part : units::split(query, '&')) {
    if (part.starts_with("key=")) return std::string(part.substr(4));
  }
  return {};
}

/// A replayed file says itself how many events of how many aggregates there are, and when.
void resolve_replay(run_options& options, run_plan& plan) {
  if (!options.template_file.empty()) throw units::usage_error("--replay and --template exclude each other");
  if (options.rate != "max") throw units::usage_error("--replay goes at the file's own times: use --speed, not --rate");
  if (options.speed < 0) throw units::usage_error("--speed: 2 is twice as fast, 0 as fast as answers come");
  plan.replay = std::make_shared<const events::replay_file>(events::replay_file::parse(
      read_file(options.replay_file, "--replay"), key_pointer(options.query), options.speed));
  plan.speed = options.speed;
  plan.event_size_max = plan.replay->largest();
  double total = 0;
  for (const events::replay_event& each : plan.replay->events()) total += each.size;
  plan.event_size_mean = total / static_cast<double>(plan.replay->events().size());
  plan.keyed = false;
  options.aggregates = std::to_string(plan.replay->aggregates());
  if (options.events.empty()) options.events = std::to_string(plan.replay->events().size());
}

}  // namespace

run_plan make_plan(run_options options) {
  run_plan plan;
  if (options.topic.empty()) throw units::usage_error("--topic is missing: which topic shall the events go to?");
  plan.topic = options.topic;
  resolve_target(options, plan);
  resolve_run(options, plan);
  if (!options.replay_file.empty()) resolve_replay(options, plan);
  if (plan.replay && plan.protocol == protocol_kind::kafka)
    throw units::usage_error("--replay goes to a gateway, not to kafka://");
  plan.rate_text = plan.replay ? "of " + options.replay_file : options.rate;
  plan.rate = timing::schedule::parse(options.rate);
  resolve_length(options, plan);
  resolve_streams(options, plan);
  plan.how = events::skew::parse(options.skew);
  plan.query = options.query;
  plan.encoding = choose("--encoding", options.encoding, encodings);
  const std::string usual_format = plan.batch == 1 ? "json" : "ndjson";
  plan.format = choose("--format", options.format.empty() ? usual_format : options.format, formats);
  plan.retry = choose("--retry", options.retry, retries);
  plan.on_busy = choose("--on-busy", options.on_busy, busy);
  plan.timeout = units::parse_duration(options.timeout);
  plan.drain = units::parse_duration(options.drain);
  plan.kafka_properties = options.kafka_properties;
  if (!plan.replay) resolve_events(options, plan);
  return plan;
}

std::string_view name_of(protocol_kind kind) {
  for (const auto& c : protocols) {
    if (c.value == kind) return c.name;
  }
  return "";
}

}  // namespace loadgen::plan
