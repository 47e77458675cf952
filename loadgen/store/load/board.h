#pragma once

// The board on which a run's clients tell each other: the newest acked append of each aggregate, and who answered for
// its partition last. Shared by all clients' threads.

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "loadgen/store/history/operations.h"

namespace loadgen::store::load {

class board {
 public:
  static constexpr std::size_t partitions_max = 1 << 16;

  struct entry {
    std::uint64_t version = 0;  // 0: nothing was acked yet
    std::int32_t partition = -1;
    std::int64_t offset = -1;
    std::uint8_t instance = 0;
    std::string token() const { return std::to_string(partition) + ':' + std::to_string(offset); }
  };

  explicit board(std::uint32_t aggregates) : entries_(aggregates) {}

  entry of(std::uint32_t aggregate) const {
    const std::lock_guard lock(mutex_);
    entry found = entries_[aggregate];
    const auto partition = static_cast<std::size_t>(found.partition);
    if (found.version > 0 && partition < owners_.size()) found.instance = owners_[partition];
    return found;
  }

  void acked(std::uint32_t aggregate, const history::attempt& told) {
    const std::lock_guard lock(mutex_);
    entry& at = entries_[aggregate];
    if (told.version > at.version) at = {told.version, told.partition, told.last_offset, told.instance};
    const auto partition = static_cast<std::size_t>(told.partition);
    if (partition >= partitions_max) return;
    if (partition >= owners_.size()) owners_.resize(partition + 1, 0);
    owners_[partition] = told.instance;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<entry> entries_;
  std::vector<std::uint8_t> owners_;  // by partition
};

}  // namespace loadgen::store::load
