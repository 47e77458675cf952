#pragma once

// The counts of one client, beside its history. Values that can be added up.

#include <cstdint>
#include <map>
#include <string>

#include "loadgen/measure/histogram.h"

namespace loadgen::store::load {

struct counts {
  std::uint64_t appends = 0;
  std::uint64_t written = 0;  // acked, with those that were recognised as a repeat
  std::uint64_t conflicts = 0;
  std::uint64_t refused = 0;
  std::uint64_t unknown = 0;  // given up
  std::uint64_t events = 0;   // of acked appends
  std::uint64_t sent_again = 0;
  std::uint64_t repeats = 0;  // of acked appends, on purpose
  std::uint64_t reads = 0;
  std::uint64_t reads_not_answered = 0;  // 503, 504, no answer
  std::uint64_t connect_failures = 0;
  std::uint64_t connections_broken = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t bad_answers = 0;
  std::map<int, std::uint64_t> statuses;
  measure::histogram append_latency;  // of acked appends and conflicts, from the intended time on
  measure::histogram read_latency;

  void add(const counts& other);
};

}  // namespace loadgen::store::load
