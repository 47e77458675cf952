#include "loadgen/events/aggregates.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "loadgen/units/option.h"
#include "loadgen/units/quantity.h"

namespace loadgen::events {

namespace {

std::vector<double> weights_of(aggregate_share share, double exponent) {
  std::vector<double> weights(share.local_count());
  for (std::uint32_t local = 0; local < weights.size(); ++local) {
    weights[local] = std::pow(1.0 + share.global(local), -exponent);
  }
  return weights;
}

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

}  // namespace

skew skew::parse(std::string_view text) {
  if (text == "uniform") return {};
  if (text.starts_with("zipf:")) {
    const auto exponent = units::count_in(text.substr(5));
    if (exponent && *exponent > 0 && *exponent <= 10) return {*exponent};
  }
  units::refuse("--skew", text, "write uniform, or zipf:1.0 with an exponent above 0, 10 at most");
}

aggregate_picker::aggregate_picker(aggregate_share share, skew how) : count_(share.local_count()) {
  if (how.exponent == 0) return;
  // Vose's alias method: slots below the mean are filled up from slots above it.
  std::vector<double> scaled = weights_of(share, how.exponent);
  const double scale = static_cast<double>(count_) / sum_of(scaled);
  std::vector<std::uint32_t> small;
  std::vector<std::uint32_t> large;
  for (std::uint32_t i = 0; i < count_; ++i) {
    scaled[i] *= scale;
    (scaled[i] < 1 ? small : large).push_back(i);
  }
  slots_.assign(count_, {0xffffffff, 0});
  for (std::uint32_t i = 0; i < count_; ++i) slots_[i].alias = i;
  while (!small.empty() && !large.empty()) {
    const std::uint32_t low = small.back();
    const std::uint32_t high = large.back();
    small.pop_back();
    slots_[low] = {static_cast<std::uint32_t>(std::min(scaled[low] * 4294967296.0, 4294967295.0)), high};
    scaled[high] -= 1 - scaled[low];
    if (scaled[high] < 1) {
      large.pop_back();
      small.push_back(high);
    }
  }
}

std::uint32_t aggregate_picker::pick(random_source& random) const {
  const std::uint32_t at = random.below(count_);
  if (slots_.empty()) return at;
  const slot& chosen = slots_[at];
  return static_cast<std::uint32_t>(random.next() >> 32) <= chosen.threshold ? at : chosen.alias;
}

std::vector<double> aggregate_picker::weights(std::uint32_t aggregates, std::uint32_t streams, skew how) {
  std::vector<double> weights;
  double total = 0;
  for (std::uint32_t stream = 0; stream < streams; ++stream) {
    const aggregate_share share{aggregates, streams, stream};
    weights.push_back(how.exponent == 0 ? share.local_count() : sum_of(weights_of(share, how.exponent)));
    total += weights.back();
  }
  for (double& weight : weights) weight /= total;
  return weights;
}

}  // namespace loadgen::events
