#include "loadgen/store/check/timeline.h"

#include <algorithm>

namespace loadgen::store::check {

timeline::timeline(std::uint64_t versions)
    : sent_(versions + 1, 0), latest_(versions + 1, never), is_last_(versions + 1, false) {
  is_last_[0] = true;
  latest_[0] = 0;
}

void timeline::sent(std::uint64_t version, time at, bool is_last) {
  if (version >= sent_.size()) return;
  sent_[version] = at;
  is_last_[version] = is_last;
}

void timeline::shown(std::uint64_t version, time at) {
  if (version < latest_.size()) latest_[version] = std::min(latest_[version], at);
}

void timeline::finish() {
  earliest_ = sent_;
  for (std::size_t v = 1; v < earliest_.size(); ++v) earliest_[v] = std::max(earliest_[v], earliest_[v - 1]);
  for (std::size_t v = latest_.size() - 1; v > 0; --v) latest_[v - 1] = std::min(latest_[v - 1], latest_[v]);
}

std::uint64_t timeline::known_before(time moment) const {
  const auto after = std::lower_bound(latest_.begin(), latest_.end(), moment);
  return after == latest_.begin() ? 0 : static_cast<std::uint64_t>(after - latest_.begin()) - 1;
}

}  // namespace loadgen::store::check
