#include "batching/in_flight.h"

#include <cassert>

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
