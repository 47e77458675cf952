#include "tests/support/fake_publisher.h"

#include <algorithm>

#include "batching/batch.h"

namespace tests {

void fake_publisher::publish(std::unique_ptr<batching::batch> sealed) noexcept {
  const std::lock_guard lock(mutex_);
  if (holding_ || sealed->partition() == stuck_)
    held_.push_back(std::move(sealed));
  else
    settle(std::move(sealed));
}

void fake_publisher::settle(std::unique_ptr<batching::batch> b) {
  std::int64_t& next = next_offset_[{b->of().name(), b->partition()}];
  const bool persisted = fate_ == batching::outcome::persisted;
  const std::int64_t first = next;
  for (const batching::record& r : b->records()) {
    published p{
        b->of().name(), b->partition(), persisted ? next++ : -1, {}, std::string(r.value_view()), {}, false, -1};
    p.is_tombstone = r.value == nullptr;
    p.timestamp_ms = b->timestamp_ms_of(r);
    if (r.key != nullptr) p.key = std::string(r.key_view());
    for (const batching::header& h : b->headers_of(r)) p.headers.emplace_back(h.name, h.value);
    if (persisted) records_.push_back(std::move(p));
  }
  b->settle({0, static_cast<std::uint32_t>(b->records().size()), fate_, why_, persisted ? first : -1});
  batching::batch_home& home = b->home();
  home.take_back(std::move(b));
}

void fake_publisher::hold() {
  const std::lock_guard lock(mutex_);
  holding_ = true;
}

void fake_publisher::release() {
  const std::lock_guard lock(mutex_);
  holding_ = false;
  stuck_ = -1;
  while (!held_.empty()) {
    settle(std::move(held_.front()));
    held_.pop_front();
  }
}

bool fake_publisher::release_one() {
  const std::lock_guard lock(mutex_);
  const auto next = std::ranges::find_if(held_, [this](const auto& b) { return b->partition() != stuck_; });
  if (next == held_.end()) return false;
  auto b = std::move(*next);
  held_.erase(next);
  settle(std::move(b));
  return true;
}

void fake_publisher::stick(std::int32_t partition) {
  const std::lock_guard lock(mutex_);
  stuck_ = partition;
}

void fake_publisher::settle_as(batching::outcome fate, batching::reason why) {
  const std::lock_guard lock(mutex_);
  fate_ = fate;
  why_ = why;
}

std::vector<published> fake_publisher::records() const {
  const std::lock_guard lock(mutex_);
  return records_;
}

std::size_t fake_publisher::held() const {
  const std::lock_guard lock(mutex_);
  return held_.size();
}

}  // namespace tests
