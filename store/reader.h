// Reads the events of one aggregate from an index in bounded pieces, so that a million of them never stand in memory.
// Holds nothing of the index between two pieces. Any one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/partition_index.h"

namespace store {

struct read_range {
  std::optional<std::uint64_t> from{};  // nullopt: the first version, or the last when backward
  std::uint64_t limit = 1000;
  direction towards = direction::forward;
};

class reader {
 public:
  /// Of an aggregate that is at `version`: later events are not seen, so that all pieces are of one moment.
  reader(const partition_index& index, std::string aggregate, std::uint64_t version, const read_range& range);

  /// Gives events to `each` until it has had all, or about `bytes_max` bytes of them.
  [[nodiscard]] partition_index::result<void> read(std::size_t bytes_max,
                                                   const std::function<void(const stored_event&)>& each);
  [[nodiscard]] bool is_done() const noexcept { return left_ == 0; }

 private:
  const partition_index* index_;
  std::string aggregate_;
  direction towards_;
  std::uint64_t next_ = 0;
  std::uint64_t left_ = 0;
};

}  // namespace store
