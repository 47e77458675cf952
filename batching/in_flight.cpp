#include "batching/in_flight.h"

#include <cassert>

namespace batching {

bool in_flight::reserve(std::int64_t bytes) noexcept {
  assert(bytes >= 0);
  const std::int64_t now = bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (now > limit_) {
    bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    paused_.store(true, std::memory_order_relaxed);
    return false;
  }
  if (now >= high_) paused_.store(true, std::memory_order_relaxed);
  return true;
}

void in_flight::release(std::int64_t bytes) noexcept {
  const std::int64_t now = bytes_.fetch_sub(bytes, std::memory_order_relaxed) - bytes;
  assert(now >= 0);
  released_.fetch_add(bytes, std::memory_order_relaxed);
  if (now <= low_ && paused()) paused_.store(false, std::memory_order_relaxed);
}

}  // namespace batching
