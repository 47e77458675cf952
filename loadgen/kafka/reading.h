#pragma once

// The progress of reading some spans of a topic. Pure: told the place of each record, it knows which partitions are
// still short of their end. Used by reader.

#include <cstdint>
#include <map>
#include <vector>

#include "loadgen/kafka/records.h"

namespace loadgen::kafka {

class reading {
 public:
  explicit reading(const std::vector<partition_span>& spans);

  /// The rest of each span that is not read yet, by partition.
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
