#include "batching/in_flight.h"

#include <cassert>
#include <cstddef>

namespace batching {

bool in_flight::reserve(std::int64_t bytes) noexcept {
  assert(bytes >= 0);
  const std::int64_t now = bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (now > limit_) {
    bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    pause();
    return false;
  }
  if (now >= high_) pause();
  return true;
}

void in_flight::charge(std::int64_t bytes) noexcept {
  assert(bytes >= 0);
  if (bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes >= high_) pause();
}

bool in_flight::reserve_receiving(receiving what, std::int64_t bytes) noexcept {
  std::atomic<std::int64_t>& term = receiving_[static_cast<std::size_t>(what)];
  const std::int64_t now = term.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (now <= receiving_bytes_max(what) && reserve(bytes)) return true;
  term.fetch_sub(bytes, std::memory_order_relaxed);
  return false;
}

void in_flight::charge_receiving(receiving what, std::int64_t bytes) noexcept {
  receiving_[static_cast<std::size_t>(what)].fetch_add(bytes, std::memory_order_relaxed);
  charge(bytes);
}

void in_flight::release_receiving(receiving what, std::int64_t bytes) noexcept {
  receiving_[static_cast<std::size_t>(what)].fetch_sub(bytes, std::memory_order_relaxed);
  release(bytes);
}

// Looks again afterwards: whoever released meanwhile saw no pause to end, and may have been the last.
void in_flight::pause() noexcept {
  paused_.store(true);
  if (bytes_.load() <= low_) paused_.store(false);
}

void in_flight::release(std::int64_t bytes) noexcept {
  const std::int64_t now = bytes_.fetch_sub(bytes) - bytes;
  assert(now >= 0);
  released_.fetch_add(bytes, std::memory_order_relaxed);
  if (now <= low_ && paused_.load()) paused_.store(false);
}

}  // namespace batching
