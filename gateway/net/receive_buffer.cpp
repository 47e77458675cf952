#include "gateway/net/receive_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace gateway::net {

std::int64_t receive_buffer::charge_bytes_max(const batching::in_flight& budget) noexcept {
  return std::min(budget.low_bytes(), budget.limit_bytes() - budget.share_bytes());
}

bool receive_buffer::charge(std::size_t capacity) noexcept {
  const auto bytes = capacity > uncharged_bytes ? static_cast<std::int64_t>(capacity) : 0;
  const std::int64_t more = bytes - charged_;
  if (more <= 0) return true;
  if (budget_->paused() || budget_->bytes() + more > charge_bytes_max(*budget_)) return false;
  if (!budget_->reserve(more)) return false;
  charged_ += more;
  return true;
}

bool receive_buffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return true;
  if (!charge(capacity)) return false;
  allocate(capacity);
  return true;
}

void receive_buffer::allocate(std::size_t capacity) {
  auto larger = std::make_unique_for_overwrite<char[]>(capacity + padding_bytes);
  if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
  std::memset(larger.get() + capacity, 0, padding_bytes);
  bytes_ = std::move(larger);
  capacity_ = capacity;
}

void receive_buffer::assign(std::string_view bytes) {
  if (bytes.size() > capacity_) {
    size_ = 0;
    allocate(bytes.size());
  }
  if (!bytes.empty()) std::memmove(bytes_.get(), bytes.data(), bytes.size());
  size_ = bytes.size();
}

void receive_buffer::release() noexcept {
  bytes_.reset();
  size_ = capacity_ = 0;
  if (charged_ > 0) budget_->release(std::exchange(charged_, 0));
}

}  // namespace gateway::net
