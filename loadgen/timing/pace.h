#pragma once

// The times at which the requests of one stream are meant to leave in an open loop: its share of the schedule,
// staggered against the other streams, in bursts if asked. Pure; used by load/feed.h and kafka/producer.h.

#include <chrono>
#include <cmath>
#include <cstdint>

#include "loadgen/timing/schedule.h"

namespace loadgen::timing {

class pace {
 public:
  /// `weight`: this stream's part of all events. `first_event`: how far its start is staggered, in events of the run.
  pace(const schedule& rate, double weight, double first_event, std::uint32_t burst)
      : rate_(rate), weight_(weight), first_event_(first_event), burst_(burst) {}

  /// Since the start of the run, for the request before which this stream has sent `events`.
  std::chrono::nanoseconds due(std::uint64_t events) const {
    double position = first_event_ + static_cast<double>(events) / weight_;
    if (burst_ > 1) position = std::floor(position / burst_) * burst_;
    return rate_.time_of(position);
  }

 private:
  const schedule& rate_;
  double weight_;
  double first_event_;
  std::uint32_t burst_;
};

}  // namespace loadgen::timing
