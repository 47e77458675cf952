#pragma once

// What a run is to do: everything the user chose, checked and resolved. Made once from `run_options`; every part of the
// run reads it and nobody changes it.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/aggregates.h"
#include "loadgen/event_images.h"
#include "loadgen/replay.h"
#include "loadgen/schedule.h"
#include "loadgen/size_mix.h"

namespace loadgen {

enum class protocol_kind { http, tcp, lines, kafka };
enum class body_format { ndjson, json };
enum class body_encoding { identity, gzip, zstd, lz4 };
enum class retry_policy {
  none,  // every answer is final
  safe,  // resend only what was answered as not taken
  all,   // resend also what nobody answered for: may duplicate
};
enum class busy_policy {
  wait,   // 503/429: pause for Retry-After, then resend (if retries are allowed)
  count,  // 503/429 is an answer like any other
};

/// As written on the command line.
struct run_options {
  std::string target = "http://127.0.0.1:8080";
  std::string topic;
  std::string protocol;  // empty: from the target's scheme
  std::string rate = "max";
  std::string duration;
  std::string events;
  std::string size = "256";
  std::string aggregates = "100000";
  std::string skew = "uniform";
  std::string encoding = "identity";
  std::string format;
  std::string retry = "safe";
  std::string on_busy = "wait";
  std::string query;  // appended to the request's query
  std::string timeout = "40s";
  std::string drain = "5s";
  std::string template_file;
  std::string replay_file;
  double speed = 1;
  std::uint32_t batch = 100;
  std::uint32_t connections = 16;
  std::uint32_t threads = 0;
  std::uint32_t pipeline = 0;
  std::uint32_t burst = 0;
  std::uint64_t seed = 1;
  std::uint32_t run = 0;  // 0: a random one
  std::string verify;     // Kafka to verify from; empty: not
  std::string run_file;
  std::vector<std::string> kafka_properties;
};

struct run_plan {
  protocol_kind protocol = protocol_kind::http;
  std::string target;
  std::string host;
  std::string port;
  std::string topic;
  std::string query;
  schedule rate;
  std::string rate_text;
  std::chrono::nanoseconds duration{};  // when no new request starts any more
  std::optional<std::uint64_t> events;  // of the whole run
  skew how;
  std::uint32_t aggregates = 0;
  std::uint32_t batch = 0;
  std::uint32_t connections = 0;
  std::uint32_t threads = 0;
  std::uint32_t pipeline = 1;
  std::uint32_t burst = 0;
  body_format format = body_format::ndjson;
  body_encoding encoding = body_encoding::identity;
  retry_policy retry = retry_policy::safe;
  busy_policy on_busy = busy_policy::wait;
  std::chrono::nanoseconds timeout{};
  std::chrono::nanoseconds drain{};
  std::uint64_t seed = 1;
  std::uint32_t run = 0;
  std::string run_text;                       // 8 hexadecimal digits
  event_images images;                        // empty when replaying
  std::shared_ptr<const replay_file> replay;  // shared by copies of the plan
  double speed = 1;                           // of the replay; 0: no times, a closed loop
  std::size_t event_size_max = 0;
  double event_size_mean = 0;
  bool keyed = true;               // records must have our aggregate id as their key
  std::vector<std::string> notes;  // what was adjusted, for the user
  std::vector<std::string> kafka_properties;

  /// Requests go out as answers come, not at times of their own.
  bool closed_loop() const { return replay ? speed <= 0 : rate.closed_loop(); }
};

/// Checks and resolves. Throws usage_error.
run_plan make_plan(run_options options);

std::string_view name_of(protocol_kind kind);

}  // namespace loadgen
