#include "loadgen/kafka/reading.h"

#include <algorithm>

namespace loadgen::kafka {

reading::reading(const std::vector<partition_span>& spans) {
  for (const partition_span& span : spans) {
    if (span.first >= span.end) continue;
    open_.emplace(span.partition, span);
    total_ += span.end - span.first;
  }
}

double reading::share() const {
  if (total_ == 0) return 1;
  std::int64_t left = 0;
  for (const auto& [partition, span] : open_) left += span.end - span.first;
  return 1 - static_cast<double>(left) / static_cast<double>(total_);
}

bool reading::wants(std::int32_t partition, std::int64_t offset) const {
  const auto found = open_.find(partition);
  return found != open_.end() && offset >= found->second.first && offset < found->second.end;
}

void reading::reach(std::int32_t partition, std::int64_t next) {
  const auto found = open_.find(partition);
  if (found == open_.end()) return;
  found->second.first = std::max(found->second.first, next);
  if (next >= found->second.end) open_.erase(found);
}

}  // namespace loadgen::kafka
