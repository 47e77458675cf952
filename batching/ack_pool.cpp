#include "batching/ack_pool.h"

#include <cassert>

namespace batching {

ack_pool::~ack_pool() = default;

ack& ack_pool::take() {
  std::unique_ptr<ack> taken;
  if (idle_.empty()) {
    taken = std::make_unique<ack>(this);
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
  if (idle_.size() < idle_max && owned->events() <= idle_events_max) idle_.push_back(std::move(owned));
}

}  // namespace batching
