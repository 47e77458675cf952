// The store partitions of one lane: reads their logs, and takes them over, keeps them and writes to them as their
// assignment says, on connections of its own. Lane's thread. Built by gateway/app.
#pragma once

#include <cstdint>
#include <memory>

#include "batching/topic.h"
#include "store/log_sink.h"
#include "store/owned_partition.h"

namespace store::ownership {

class lane_partitions {
 public:
  virtual ~lane_partitions() = default;

  /// Begins to read the log of a partition from a position on. The sink and the events outlive the partition, which
  /// lives until close(). Nothing is called from within.
  virtual owned_partition& open(std::shared_ptr<batching::topic> of, std::int32_t partition, const log_position& from,
                                log_sink& sink, ownership_events& events) = 0;
  /// Forgets a partition. An append under way is settled first, as not known.
  virtual void close(owned_partition& which) = 0;
};

}  // namespace store::ownership
