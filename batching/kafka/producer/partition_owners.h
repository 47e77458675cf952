// The lane that writes each partition: one of them, always the same. All lanes publish through this; a batch of another
// lane travels to the owner's publisher. So the order in which batches are handed over is the log's order, and a broker
// gets one large record batch of a partition instead of a small one of each lane. Built by gateway/app.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "batching/kafka/producer/lane_publisher.h"
#include "batching/publisher.h"

namespace batching::kafka::producer {

class partition_owners final : public publisher {
 public:
  /// Before the lanes run: one publisher and one home a lane, in the same order.
  void add_lane(lane_publisher& writes, batch_home& home);

  // Any thread, while the lanes run.
  void publish(std::unique_ptr<batch> sealed) noexcept override;
  void withdraw(batch_home& home, std::vector<const ack*> late) override;
  /// See lane_requests::hand_over.
  void hand_over(const std::shared_ptr<topic>& of, std::int32_t partition, const std::function<void()>& done) const;

  /// Spreads the partitions of one topic evenly, and begins elsewhere with each topic.
  [[nodiscard]] static std::size_t owner_of(std::uint32_t topic_id, std::int32_t partition,
                                            std::size_t lanes) noexcept {
    constexpr std::uint32_t golden = 0x9e3779b1;  // of 2^32: neighbours end far apart
    return ((topic_id * golden >> 16) + static_cast<std::size_t>(partition)) % lanes;
  }

 private:
  std::vector<lane_publisher*> writers_;
  std::vector<batch_home*> homes_;
};

}  // namespace batching::kafka::producer
