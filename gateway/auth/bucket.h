// A token bucket for all lanes at once: one number, the time at which what was taken so far is paid for. Something may
// be taken while that is at most one burst ahead; it is then charged whole, however large, so that nothing is too large
// to pass ever, and the next one waits until it is paid for. Any thread; the time is a parameter.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace gateway::auth {

class bucket {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using duration = std::chrono::nanoseconds;
  static constexpr duration burst = std::chrono::seconds(1);

  /// 0: no bound.
  void set_rate(std::uint64_t a_second) noexcept { rate_.store(a_second, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t rate() const noexcept { return rate_.load(std::memory_order_relaxed); }

  /// How long until something may be taken; 0: now.
  [[nodiscard]] duration wait(time_point now) const noexcept {
    if (rate() == 0) return {};
    const duration ahead(paid_at_.load(std::memory_order_relaxed) - now.time_since_epoch().count());
    return std::max(duration{}, ahead - burst + cost(1));
  }
  void charge(std::uint64_t amount, time_point now) noexcept {
    if (rate() == 0) return;
    const std::int64_t at = now.time_since_epoch().count();
    const std::int64_t price = cost(amount).count();
    std::int64_t before = paid_at_.load(std::memory_order_relaxed);
    while (!paid_at_.compare_exchange_weak(before, std::max(before, at) + price, std::memory_order_relaxed)) {
    }
  }
  /// Of one burst, 0 to 1; above 1 something large is being paid for.
  [[nodiscard]] double used(time_point now) const noexcept {
    if (rate() == 0) return 0;
    const std::int64_t ahead = paid_at_.load(std::memory_order_relaxed) - now.time_since_epoch().count();
    return static_cast<double>(std::max<std::int64_t>(0, ahead)) / static_cast<double>(burst.count());
  }

 private:
  [[nodiscard]] duration cost(std::uint64_t amount) const noexcept {
    return duration(static_cast<std::int64_t>(1e9 * static_cast<double>(amount) / static_cast<double>(rate())));
  }

  std::atomic<std::uint64_t> rate_{0};
  std::atomic<std::int64_t> paid_at_{0};  // steady clock, nanoseconds
};

}  // namespace gateway::auth
