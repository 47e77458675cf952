#include "loadgen/plan/run_plan.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>
#include <thread>

#include "loadgen/events/content_error.h"
#include "loadgen/events/mark.h"
#include "loadgen/events/size_mix.h"
#include "loadgen/plan/target.h"
#include "loadgen/units/option.h"
#include "loadgen/units/quantity.h"

namespace loadgen::plan {

namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t batch_max = 100'000;
constexpr std::uint32_t threads_max = 256;
constexpr std::uint32_t pipeline_max = 1024;
constexpr std::uint32_t burst_max = 1'000'000'000;
constexpr std::uint64_t events_max = 1'000'000'000'000;
constexpr double speed_max = 1e6;
constexpr std::size_t query_max = 500;  // with the longest topic and host it fits wire::request::head_room

// Each in the order of its enum.
constexpr std::array<std::string_view, 4> encodings{"identity", "gzip", "zstd", "lz4"};
constexpr std::array<std::string_view, 2> formats{"ndjson", "json"};
constexpr std::array<std::string_view, 3> retries{"none", "safe", "all"};
constexpr std::array<std::string_view, 2> busy_policies{"wait", "count"};

template <typename Value, std::size_t Size>
Value choose(std::string_view option, std::string_view text, const std::array<std::string_view, Size>& names) {
  return static_cast<Value>(units::read_choice(option, text, names));
}

std::uint32_t number(std::string_view option, std::string_view text, std::uint32_t low, std::uint32_t high) {
  return static_cast<std::uint32_t>(units::read_whole_number(option, text, low, high));
}

void resolve_target(const run_options& options, run_plan& plan) {
  if (options.topic.empty()) throw units::usage_error("--topic is missing: write the topic the events go to");
  plan.topic = read_topic(options.topic);
  target where = read_target(options.target, options.protocol);
  plan.protocol = where.protocol;
  plan.target = std::move(where.url);
  plan.host = std::move(where.host);
  plan.port = std::move(where.port);
  const auto in_query = [](char c) { return c > ' ' && c < 127 && c != '#' && c != '"' && c != '<' && c != '>'; };
  if (options.query.size() > query_max || !std::all_of(options.query.begin(), options.query.end(), in_query)) {
    units::refuse("--query", options.query,
                  "write name=value&name=value without spaces, " + std::to_string(query_max) +
                      " characters at most, as in ack=none&timeout_ms=500");
  }
  plan.query = options.query;
}

void resolve_length(const run_options& options, run_plan& plan) {
  if (!options.events.empty()) plan.events = units::read_whole_number("--events", options.events, 1, events_max);
  if (!options.duration.empty()) {
    plan.duration = units::read_duration("--duration", options.duration, 1ms);
  } else if (const auto length = plan.rate.length()) {
    plan.duration = *length;
  } else {
    plan.duration = plan.events ? units::duration_max : std::chrono::nanoseconds(10s);
  }
  if (const auto length = plan.rate.length()) plan.duration = std::min(plan.duration, *length);
}

void resolve_streams(const run_options& options, run_plan& plan) {
  plan.aggregates = number("--aggregates", options.aggregates, 1, events::mark::aggregates_max);
  plan.batch = number("--batch", options.batch, 1, batch_max);
  plan.connections = number("--connections", options.connections, 1, events::mark::streams_max);
  if (plan.connections > plan.aggregates) {
    plan.connections = plan.aggregates;
    plan.notes.push_back("connections lowered to " + std::to_string(plan.aggregates) +
                         ": an aggregate's events all go through one connection");
  }
  // Half the machine by default: the server under test usually needs the other half.
  const std::uint32_t usual_threads = std::clamp(std::thread::hardware_concurrency() / 2, 1U, threads_max);
  plan.threads = options.threads.empty() ? usual_threads : number("--threads", options.threads, 1, threads_max);
  plan.threads = std::min(plan.threads, plan.connections);
  const std::uint32_t usual_pipeline = plan.protocol == protocol_kind::tcp ? 8 : 1;
  plan.pipeline = options.pipeline.empty() ? usual_pipeline : number("--pipeline", options.pipeline, 1, pipeline_max);
  if (!options.burst.empty()) plan.burst = number("--burst", options.burst, 1, burst_max);
}

/// Decides how a request's body is sent, and how its answer is read.
void resolve_requests(const run_options& options, run_plan& plan) {
  plan.encoding = choose<body_encoding>("--encoding", options.encoding, encodings);
  if (plan.protocol == protocol_kind::tcp && plan.encoding == body_encoding::gzip) {
    units::refuse("--encoding", options.encoding, "write identity, zstd or lz4: frames know no other");
  }
  const std::string_view usual_format = plan.batch == 1 ? "json" : "ndjson";
  plan.format = choose<body_format>("--format", options.format.empty() ? usual_format : options.format, formats);
  plan.retry = choose<retry_policy>("--retry", options.retry, retries);
  plan.on_busy = choose<busy_policy>("--on-busy", options.on_busy, busy_policies);
  plan.timeout = units::read_duration("--timeout", options.timeout, 1ms);
  plan.drain = units::read_duration("--drain", options.drain, 0ms);
  plan.kafka_wait = units::read_duration("--kafka-wait", options.kafka_wait, 0ms);
  plan.kafka_properties = options.kafka_properties;
}

/// Reads the user's events; whatever `use` cannot use is told with the option and the file's name.
template <typename Use>
auto read_events(std::string_view option, const std::string& path, Use use) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!(file && text << file.rdbuf())) units::refuse(option, path, "write a file that can be read and holds events");
  try {
    return use(text.str());
  } catch (const events::content_error& error) {
    units::refuse(option, path, error.what());
  }
}

void resolve_run(const run_options& options, run_plan& plan) {
  plan.run = options.run;
  while (plan.run == 0) plan.run = std::random_device{}();
  plan.run_text.resize(8);
  events::write_hex8(plan.run_text.data(), plan.run);
  // Above 2^53 a count that is written short would not be exact.
  plan.seed = units::read_whole_number("--seed", options.seed, 0, std::uint64_t{1} << 53);
}

void resolve_events(const run_options& options, run_plan& plan) {
  if (options.template_file.empty()) {
    plan.images = events::images::shop(events::size_mix::parse(options.size), plan.run, plan.seed);
  } else {
    plan.images = read_events("--template", options.template_file,
                              [&](const std::string& text) { return events::images::from_template(text, plan.run); });
  }
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
  if (options.rate != "max") {
    units::refuse("--rate", options.rate, "leave it out: --replay goes at the file's own times, or at --speed");
  }
  if (plan.protocol == protocol_kind::kafka) {
    units::refuse("--replay", options.replay_file, "send it to a gateway: kafka:// takes made-up events only");
  }
  plan.replay = read_events("--replay", options.replay_file, [&](std::string text) {
    return std::make_shared<const events::replay_file>(
        events::replay_file::parse(std::move(text), key_pointer(options.query), plan.speed));
  });
  plan.event_size_max = plan.replay->largest();
  double total = 0;
  for (const events::replay_event& each : plan.replay->events()) total += each.size;
  plan.event_size_mean = total / static_cast<double>(plan.replay->events().size());
  plan.keyed = false;
  options.aggregates = std::to_string(plan.replay->aggregates());
  if (options.events.empty()) options.events = std::to_string(plan.replay->events().size());
}

double speed_of(const std::string& text) {
  const auto speed = units::count_in(text);
  if (!speed || *speed > speed_max) {
    units::refuse("--speed", text, "write how many times faster, 1,000,000 at most; 0: as fast as answers come");
  }
  return *speed;
}

}  // namespace

run_plan make_plan(run_options options) {
  run_plan plan;
  resolve_target(options, plan);
  resolve_run(options, plan);
  plan.speed = speed_of(options.speed);
  if (!options.replay_file.empty()) resolve_replay(options, plan);
  plan.rate_text = plan.replay ? "of " + options.replay_file : options.rate;
  plan.rate = timing::schedule::parse(options.rate);
  resolve_length(options, plan);
  resolve_streams(options, plan);
  plan.how = events::skew::parse(options.skew);
  resolve_requests(options, plan);
  if (!plan.replay) resolve_events(options, plan);
  return plan;
}

std::string_view name_of(body_encoding encoding) { return encodings[static_cast<std::size_t>(encoding)]; }

}  // namespace loadgen::plan
