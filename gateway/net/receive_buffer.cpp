#include "gateway/net/receive_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace gateway::net {

bool receive_buffer::charge(std::size_t capacity, batching::receiving as) noexcept {
  const auto bytes = capacity > uncharged_bytes ? static_cast<std::int64_t>(capacity) : 0;
  if (bytes <= charged_) return true;
  if (!budget_->reserve_receiving(as, as == charged_as_ ? bytes - charged_ : bytes)) return false;
  if (as != charged_as_ && charged_ > 0) budget_->release_receiving(charged_as_, charged_);
  charged_ = bytes;
  charged_as_ = as;
  return true;
}

void receive_buffer::discharge_to(std::int64_t bytes) noexcept {
  if (charged_ > bytes) budget_->release_receiving(charged_as_, std::exchange(charged_, bytes) - bytes);
}

std::size_t receive_buffer::may_hold(std::size_t most) const noexcept {
  const auto room = static_cast<std::size_t>(
      std::max<std::int64_t>(budget_->receiving_room(batching::receiving::small) + charged_, uncharged_bytes));
  return std::min(std::max(room, capacity_), most);
}

bool receive_buffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return true;
  using batching::receiving;
  const bool small = capacity <= one_read_bytes && charge(capacity, receiving::small);
  if (!small && !charge(capacity, receiving::large)) return false;
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
  const auto holds = capacity_ > uncharged_bytes ? static_cast<std::int64_t>(capacity_) : 0;
  if (charged_ == 0) charged_as_ = batching::receiving::small;
  if (holds > charged_) budget_->charge_receiving(charged_as_, holds - std::exchange(charged_, holds));
  discharge_to(holds);
}

void receive_buffer::release() noexcept {
  bytes_.reset();
  size_ = capacity_ = 0;
  discharge_to(0);
}

}  // namespace gateway::net
