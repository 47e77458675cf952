#pragma once

// A store run as it was asked for, checked. Made by options, read by the clients and reports.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/events/aggregates.h"
#include "loadgen/timing/schedule.h"

namespace loadgen::store::load {

struct instance_address {
  std::string host;
  std::string port;
  std::string url;  // as reports show it
};

struct load_plan {
  std::string run;  // eight hexadecimal digits
  std::string topic;
  std::vector<instance_address> instances;
  std::string rate_text;
  timing::schedule rate;  // of appends; a closed loop where it says so
  std::chrono::nanoseconds duration{};
  std::optional<std::uint64_t> appends;  // ends the run before its time
  std::uint64_t history_max = 0;         // appends and reads of all clients together
  std::uint16_t writers = 0;
  std::uint16_t readers = 0;
  std::uint32_t aggregates = 0;
  events::skew how;
  std::uint32_t event_bytes = 0;
  std::uint16_t events_max = 1;  // of an append: from 1 to this
  double any_share = 0;          // of appends: without an expected version
  double look_share = 0;         // of appends: the aggregate is read before
  double careless_share = 0.4;   // of appends: decided on what the writer knew last, whatever the others have told
  double anywhere_share = 0;     // of appends: sent to any instance first, not to the one that answered last
  double repeat_share = 0;       // of acked appends: sent again
  std::uint64_t seed = 0;
  std::chrono::nanoseconds answer_patience{};  // for one answer
  std::chrono::nanoseconds patience{};         // for one append with all its repeats
};

}  // namespace loadgen::store::load
