#include "loadgen/load.h"

#include <algorithm>
#include <cmath>

#include "loadgen/kafka_load.h"
#include "loadgen/socket_load.h"

namespace loadgen {

std::unique_ptr<load> make_load(const run_plan& plan) {
  if (plan.protocol == protocol_kind::kafka) return std::make_unique<kafka_load>(plan);
  return std::make_unique<socket_load>(plan);
}

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

}  // namespace loadgen
