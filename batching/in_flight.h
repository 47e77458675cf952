// The one budget: bytes that were taken from clients and are not settled yet, over all lanes. Above the high level new
// work is refused until it has fallen to the low level. Any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace batching {

/// Frames and lines that are not whole yet. Each kind has a share of its own: large ones, which must find room for all
/// of themselves, never wait for small ones, nor these for them.
enum class receiving : std::uint8_t { small, large };

class in_flight {
 public:
  /// `limit_bytes`: never exceeded by reserve(). `high`/`low`: where `paused` turns on and off; low < high <= limit.
  in_flight(std::int64_t limit_bytes, std::int64_t high_bytes, std::int64_t low_bytes) noexcept
      : limit_(limit_bytes), high_(high_bytes), low_(low_bytes) {}

  /// False: it would exceed the limit; nothing was taken.
  [[nodiscard]] bool reserve(std::int64_t bytes) noexcept;
  /// For what is there already and cannot be refused, such as the texts of an answer: may exceed the limit.
  void charge(std::int64_t bytes) noexcept;
  void release(std::int64_t bytes) noexcept;

  /// Of frames and lines in receipt, all connections together: at most receiving_bytes_max. False: nothing was taken.
  [[nodiscard]] bool reserve_receiving(receiving what, std::int64_t bytes) noexcept;
  /// For what was read already, after receiving_room() was asked: lanes that ask at once may go beyond by one read
  /// each.
  void charge_receiving(receiving what, std::int64_t bytes) noexcept;
  [[nodiscard]] std::int64_t receiving_room(receiving what) const noexcept {
    return receiving_bytes_max(what) - receiving_[static_cast<std::size_t>(what)].load(std::memory_order_relaxed);
  }
  void release_receiving(receiving what, std::int64_t bytes) noexcept;

  [[nodiscard]] bool paused() const noexcept { return paused_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }
  /// All that was ever released: its growth is the drain rate.
  [[nodiscard]] std::int64_t released_bytes() const noexcept { return released_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t limit_bytes() const noexcept { return limit_; }
  [[nodiscard]] std::int64_t high_bytes() const noexcept { return high_; }
  [[nodiscard]] std::int64_t low_bytes() const noexcept { return low_; }
  /// The most that frames and lines in receipt may hold, all connections together: a quarter of the limit.
  [[nodiscard]] std::int64_t receiving_bytes_max(receiving what) const noexcept {
    return what == receiving::small ? limit_ / 16 : limit_ / 16 * 3;
  }
  /// Others need the room that half-sent frames or lines hold: who sends too slowly for that makes room.
  [[nodiscard]] bool is_crowded() const noexcept { return waiting_.load(std::memory_order_relaxed) > 0; }
  /// The most that one topic may hold: half of the limit, so that a stuck one leaves room for all others.
  [[nodiscard]] std::int64_t share_bytes() const noexcept { return limit_ / 2; }
  /// The most that a partition may hold before a request is refused for it: half of its topic's share, so a stuck one
  /// leaves room for its neighbours. The request that goes beyond is still taken whole.
  [[nodiscard]] std::int64_t partition_share_bytes() const noexcept { return share_bytes() / 2; }

 private:
  friend class waiting_for_room;
  void pause() noexcept;

  std::int64_t limit_;
  std::int64_t high_;
  std::int64_t low_;
  std::atomic<std::int64_t> bytes_{0};
  std::atomic<std::int64_t> receiving_[2] = {};
  std::atomic<std::uint32_t> waiting_{0};  // connections, for room to receive
  std::atomic<std::int64_t> released_{0};
  std::atomic<bool> paused_{false};
};

/// Counts a connection as waiting for room to receive: while one does, in_flight::is_crowded().
class waiting_for_room {
 public:
  explicit waiting_for_room(in_flight& of) noexcept : of_(&of) {}
  ~waiting_for_room() { end(); }
  waiting_for_room(const waiting_for_room&) = delete;
  waiting_for_room& operator=(const waiting_for_room&) = delete;
  void begin() noexcept {
    if (!waits_) of_->waiting_.fetch_add(1, std::memory_order_relaxed);
    waits_ = true;
  }
  void end() noexcept {
    if (waits_) of_->waiting_.fetch_sub(1, std::memory_order_relaxed);
    waits_ = false;
  }

 private:
  in_flight* of_;
  bool waits_ = false;
};

/// While it is crowded, a frame, line or body that has been on its way this long must have come at this rate.
inline constexpr std::chrono::seconds crowded_time{2};
inline constexpr std::int64_t crowded_rate_bytes_min = 256 * 1024;
/// And a client that has read nothing of its answers for so long loses its connection while the budget is paused.
inline constexpr std::chrono::seconds crowded_write_time{5};

}  // namespace batching
