#pragma once

// The plan of a run: everything the user chose, checked and resolved. Made once from run_options; every part of the run
// reads it and none changes it.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/events/aggregates.h"
#include "loadgen/events/images.h"
#include "loadgen/events/replay.h"
#include "loadgen/plan/options.h"
#include "loadgen/timing/schedule.h"

namespace loadgen::plan {

struct run_plan {
  protocol_kind protocol = protocol_kind::http;
  std::string target;
  std::string host;
  std::string port;
  std::string topic;
  std::string query;
  timing::schedule rate;
  std::string rate_text;
  std::chrono::nanoseconds duration{};  // no request starts after this time
  std::optional<std::uint64_t> events;  // of the whole run
  events::skew how;
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
  std::string run_text;                               // 8 hexadecimal digits
  events::images images;                              // empty when replaying
  std::shared_ptr<const events::replay_file> replay;  // shared by copies of the plan
  double speed = 1;                                   // of the replay; 0: no times, a closed loop
  std::size_t event_size_max = 0;
  double event_size_mean = 0;
  bool keyed = true;               // records must have our aggregate id as their key
  std::vector<std::string> notes;  // our own adjustments, for the user
  std::vector<std::string> kafka_properties;
  std::chrono::nanoseconds kafka_wait{};

  /// Requests go out as answers come, not at times of their own.
  bool closed_loop() const { return replay ? speed <= 0 : rate.closed_loop(); }
};

/// Checks and resolves. Throws units::usage_error that names the option.
run_plan make_plan(run_options options);

}  // namespace loadgen::plan
