#pragma once

// The counts and times of one sending thread since they were last collected; run/ merges them every second. Updated
// once a request, never once an event.

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "loadgen/answers/fates.h"
#include "loadgen/answers/outcome.h"
#include "loadgen/measure/histogram.h"

namespace loadgen::measure {

struct counters {
  std::uint64_t requests = 0;       // sent, every attempt
  std::uint64_t events_sent = 0;    // first attempts
  std::uint64_t events_resent = 0;  // further attempts
  std::uint64_t events_unsent = 0;  // due, but their connections still waited when the time was over
  std::uint64_t bytes_sent = 0;
  std::uint64_t event_bytes = 0;   // of first attempts, as stored in Kafka
  std::uint64_t busy_answers = 0;  // 429 and 503
  std::uint64_t connects = 0;
  std::uint64_t connect_failures = 0;
  std::uint64_t connections_broken = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t bad_answers = 0;                                  // against the protocol, or contradicting themselves
  std::array<std::uint64_t, answers::event_outcomes> outcomes{};  // of events, final

  std::uint64_t outcome(answers::event_outcome which) const { return outcomes[static_cast<std::size_t>(which)]; }
  std::uint64_t with_fate(answers::fate which) const;
  std::uint64_t settled() const;
  void merge(const counters& other);
};

struct tally {
  counters counts;
  std::map<int, std::uint64_t> statuses;
  std::map<std::string, std::uint64_t> complaints;  // at most `complaints_max` different ones
  histogram corrected;                              // from the intended send time to the answer
  histogram service;                                // from the first byte sent to the answer
  histogram lateness;  // from when a request could have been sent to when it was: our own delay

  static constexpr std::size_t complaints_max = 20;
  void complain(const std::string& what, std::uint64_t count = 1);
  void merge(const tally& other);
  void clear();
};

}  // namespace loadgen::measure
