#include "batching/librdkafka/waiting_room.h"

#include <algorithm>
#include <utility>

namespace batching::librdkafka {

void waiting_room::add(waiting_range range) {
  const std::lock_guard lock(mutex_);
  contents_.ranges.push_back(range);
}

void waiting_room::remember_unknown(const batch& b, const settled_range& range) {
  const std::lock_guard lock(mutex_);
  for (const record& r : b.records().subspan(range.first, range.count))
    if (r.key != nullptr) contents_.unknown.emplace(b.of().id(), b.partition(), r.key_view());
}

waiting_room::contents waiting_room::take() {
  const std::lock_guard lock(mutex_);
  contents taken = std::exchange(contents_, {});
  std::sort(taken.ranges.begin(), taken.ranges.end(), [](const waiting_range& a, const waiting_range& b) {
    return std::pair(a.of->sequence, a.first) < std::pair(b.of->sequence, b.first);
  });
  return taken;
}

bool waiting_room::contents::is_behind_unknown(const batch& b, const record& r) const {
  return !unknown.empty() && r.key != nullptr &&
         unknown.contains({b.of().id(), b.partition(), std::string(r.key_view())});
}

}  // namespace batching::librdkafka
