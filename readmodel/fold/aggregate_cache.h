// The aggregates of one partition that are known in memory, so that a busy one is not read again for each batch.
// Bounded by their number; the longest unused go first. One thread; dropped whole when its partition goes.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "readmodel/fold/aggregate.h"

namespace readmodel::fold {

class aggregate_cache {
 public:
  explicit aggregate_cache(std::size_t aggregates_max) : aggregates_max_(aggregates_max) {}

  /// nullptr: not known here. The pointer holds until the next trim().
  [[nodiscard]] aggregate* find(std::string_view id);
  aggregate& put(std::string_view id, aggregate one);
  /// Call between batches.
  void trim();
  [[nodiscard]] std::size_t size() const noexcept { return by_id_.size(); }

 private:
  struct entry {
    aggregate one;
    std::list<std::string>::iterator used;
  };
  struct hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const noexcept { return std::hash<std::string_view>()(id); }
  };

  std::size_t aggregates_max_;
  std::list<std::string> by_use_;  // the longest unused first
  std::unordered_map<std::string, entry, hash, std::equal_to<>> by_id_;
};

}  // namespace readmodel::fold
