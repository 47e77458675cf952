#include "loadgen/load/quotas.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "loadgen/events/aggregates.h"

namespace loadgen::load {

std::vector<std::uint64_t> share_out(std::uint64_t events, const std::vector<double>& weights) {
  std::vector<std::uint64_t> shares;
  double reached = 0;
  std::uint64_t given = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    reached += weights[i];
    const bool last = i + 1 == weights.size();
    const auto upto = last ? events : static_cast<std::uint64_t>(std::llround(reached * static_cast<double>(events)));
    shares.push_back(std::max(upto, given) - given);
    given += shares.back();
  }
  return shares;
}

std::vector<stream_share> stream_shares(const plan::run_plan& plan) {
  const auto weights = events::aggregate_picker::weights(plan.aggregates, plan.connections, plan.how);
  // An event's number in its stream has 32 bits.
  std::vector<std::uint64_t> quotas(plan.connections, std::numeric_limits<std::uint32_t>::max());
  if (plan.events) quotas = share_out(*plan.events, weights);
  std::vector<stream_share> shares;
  for (std::uint32_t i = 0; i < plan.connections; ++i) shares.push_back({quotas[i], weights[i]});
  return shares;
}

}  // namespace loadgen::load
