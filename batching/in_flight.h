// The one budget: bytes that were taken from clients and are not settled yet, over all lanes. Above the high level new
// work is refused until it has fallen to the low level. Any thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace batching {

class in_flight {
 public:
  /// `limit_bytes`: never exceeded by reserve(). `high`/`low`: where `paused` turns on and off; low < high <= limit.
  in_flight(std::int64_t limit_bytes, std::int64_t high_bytes, std::int64_t low_bytes) noexcept
      : limit_(limit_bytes), high_(high_bytes), low_(low_bytes) {}

  /// False: it would exceed the limit; nothing was taken.
  [[nodiscard]] bool reserve(std::int64_t bytes) noexcept;
  void release(std::int64_t bytes) noexcept;

  [[nodiscard]] bool paused() const noexcept { return paused_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }
  /// All that was ever released: its growth is the drain rate.
  [[nodiscard]] std::int64_t released_bytes() const noexcept { return released_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t limit_bytes() const noexcept { return limit_; }
  [[nodiscard]] std::int64_t high_bytes() const noexcept { return high_; }
  [[nodiscard]] std::int64_t low_bytes() const noexcept { return low_; }
  /// The most that one topic may hold: half of the limit, so that a stuck one leaves room for all others.
  [[nodiscard]] std::int64_t share_bytes() const noexcept { return limit_ / 2; }
  /// The most that a partition may hold before a request is refused for it: half of its topic's share, so a stuck one
  /// leaves room for its neighbours. The request that goes beyond is still taken whole.
  [[nodiscard]] std::int64_t partition_share_bytes() const noexcept { return share_bytes() / 2; }

 private:
  void pause() noexcept;

  std::int64_t limit_;
  std::int64_t high_;
  std::int64_t low_;
  std::atomic<std::int64_t> bytes_{0};
  std::atomic<std::int64_t> released_{0};
  std::atomic<bool> paused_{false};
};

}  // namespace batching
