#pragma once

// How far some spans of a topic are read. Pure: told each record's place, says which partitions are still short of
// their end. Used by reader.

#include <cstdint>
#include <map>
#include <vector>

#include "loadgen/kafka/records.h"

namespace loadgen::kafka {

class reading {
 public:
  explicit reading(const std::vector<partition_span>& spans);

  /// By partition: what is still to be read.
  const std::map<std::int32_t, partition_span>& open() const { return open_; }

  /// The part that is read, 0..1.
  double share() const;

  bool wants(std::int32_t partition, std::int64_t offset) const;

  /// `next`: the offset of this partition that comes next.
  void reach(std::int32_t partition, std::int64_t next);

 private:
  std::map<std::int32_t, partition_span> open_;
  std::int64_t total_ = 0;
};

}  // namespace loadgen::kafka
