// The pause of a poller between two rounds. A round costs the same for one request as for ten (the wake-up, cold
// caches), so under load it waits until about `company` requests are there, where that takes less than pause_max; a
// slower stream never waits. Measured: docs/performance.md, "Single POSTs".
#pragma once

#include <chrono>
#include <cstddef>

#include "batching/batch.h"

namespace gateway::net {

class arrival_rate {
 public:
  static constexpr std::size_t company = 8;  // requests; fewer are not worth a wait
  static constexpr std::chrono::microseconds pause_max{300};
  static constexpr std::chrono::milliseconds window{10};  // what the rate is measured over

  /// So many sockets were ready at `now`.
  void add(std::size_t ready, batching::clock::time_point now) noexcept {
    count_ += ready;
    const auto passed = now - since_;
    if (passed < window) return;
    busy_ = count_ * std::chrono::nanoseconds(pause_max).count() >= company * std::chrono::nanoseconds(passed).count();
    count_ = 0;
    since_ = now;
  }
  /// Zero: none.
  [[nodiscard]] std::chrono::microseconds pause() const noexcept {
    return busy_ ? pause_max : std::chrono::microseconds::zero();
  }

 private:
  std::size_t count_ = 0;
  batching::clock::time_point since_{};
  bool busy_ = false;
};

}  // namespace gateway::net
