#include "batching/kafka/producer/partition_owners.h"

#include <utility>

namespace batching::kafka::producer {

void partition_owners::add_lane(lane_publisher& writes, batch_home& home) {
  writers_.push_back(&writes);
  homes_.push_back(&home);
}

void partition_owners::publish(std::unique_ptr<batch> sealed) noexcept {
  const std::size_t owner = owner_of(sealed->of().id(), sealed->partition(), writers_.size());
  writers_[owner]->publish(std::move(sealed));
}

void partition_owners::withdraw(batch_home& home, std::vector<const ack*> late) {
  for (lane_publisher* w : writers_) w->withdraw(home, late);
}

// The last lane that has handed over says so. A lane that stands still keeps everybody waiting, and the fence up.
void partition_owners::hand_over(const std::shared_ptr<topic>& of, std::int32_t partition,
                                 const std::function<void()>& done) const {
  const auto left = std::make_shared<std::atomic<std::size_t>>(homes_.size());
  for (batch_home* home : homes_)
    home->hand_over(of, partition, [left, done] {
      if (left->fetch_sub(1) == 1) done();
    });
}

}  // namespace batching::kafka::producer
