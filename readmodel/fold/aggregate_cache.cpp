#include "readmodel/fold/aggregate_cache.h"

#include <utility>

namespace readmodel::fold {

aggregate* aggregate_cache::find(std::string_view id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return nullptr;
  by_use_.splice(by_use_.end(), by_use_, found->second.used);
  return &found->second.one;
}

aggregate& aggregate_cache::put(std::string_view id, aggregate one) {
  if (aggregate* known = find(id)) return *known = std::move(one);
  const auto used = by_use_.emplace(by_use_.end(), id);
  return by_id_.emplace(std::string(id), entry{std::move(one), used}).first->second.one;
}

void aggregate_cache::trim() {
  while (by_id_.size() > aggregates_max_) {
    by_id_.erase(by_use_.front());
    by_use_.pop_front();
  }
}

}  // namespace readmodel::fold
