#pragma once

// The number of events that each stream of a run may send. Pure; called by the generators before they start.

#include <cstdint>
#include <vector>

#include "loadgen/plan/run_plan.h"

namespace loadgen::load {

/// Shares `events` out in proportion to the weights; the shares add up to `events` exactly.
std::vector<std::uint64_t> share_out(std::uint64_t events, const std::vector<double>& weights);

struct stream_share {
  std::uint64_t quota;  // events at most
  double weight;        // part of all events, 0..1
};

/// One share a stream. Together they are `--events`; without that, each stream may send all that its numbers count.
std::vector<stream_share> stream_shares(const plan::run_plan& plan);

}  // namespace loadgen::load
