// The pause before something that failed is tried again: doubled from the first pause up to the longest, with
// jitter, so that those who failed together do not come back together.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace batching::kafka::client {

/// `failures`: in a row, before this one.
template <typename Random>
[[nodiscard]] std::chrono::nanoseconds backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest,
                                               std::uint32_t failures, Random& random) {
  constexpr std::uint32_t doublings_max = 10;
  const auto pause = std::min<std::chrono::milliseconds>(longest, first * (1LL << std::min(failures, doublings_max)));
  const double jitter = std::uniform_real_distribution<double>(0.8, 1.2)(random);
  return std::chrono::duration_cast<std::chrono::nanoseconds>(pause * jitter);
}

}  // namespace batching::kafka::client
