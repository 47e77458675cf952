#include "batching/ack_pool.h"

#include <cassert>

namespace batching {

ack_pool::~ack_pool() = default;

ack& ack_pool::take() {
  std::unique_ptr<ack> taken;
  if (idle_.empty()) {
    taken = std::make_unique<ack>(this, budget_);
  } else {
    taken = std::move(idle_.back());
    idle_.pop_back();
  }
  ++in_use_;
  return *taken.release();
}

void ack_pool::take_back(ack& idle) noexcept {
  assert(in_use_ > 0 && idle.open() == 0);
  --in_use_;
  std::unique_ptr<ack> owned(&idle);
  owned->end_charge();
  if (idle_.size() < idle_max && owned->memory_bytes() <= idle_bytes_max) idle_.push_back(std::move(owned));
}

}  // namespace batching
