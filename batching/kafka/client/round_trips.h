// The time a broker took for its last requests: the mean and the 99th percentile of a window, for the metrics.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace batching::kafka::client {

class round_trips {
 public:
  static constexpr std::size_t window = 256;  // requests

  void add(std::chrono::steady_clock::duration took) noexcept {
    us_[count_++ % window] = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count(), 0, UINT32_MAX));
  }
  [[nodiscard]] double mean_seconds() const noexcept {
    const std::size_t n = std::min(count_, window);
    return n == 0 ? 0 : std::accumulate(us_.begin(), us_.begin() + n, 0.0) / static_cast<double>(n) / 1e6;
  }
  [[nodiscard]] double p99_seconds() const noexcept {
    const std::size_t n = std::min(count_, window);
    if (n == 0) return 0;
    auto sorted = us_;
    const auto at = sorted.begin() + static_cast<std::ptrdiff_t>((n - 1) * 99 / 100);
    std::nth_element(sorted.begin(), at, sorted.begin() + static_cast<std::ptrdiff_t>(n));
    return *at / 1e6;
  }

 private:
  std::array<std::uint32_t, window> us_{};
  std::size_t count_ = 0;
};

}  // namespace batching::kafka::client
