#include "store/reader.h"

#include <algorithm>
#include <utility>

namespace store {

reader::reader(const partition_index& index, std::string aggregate, std::uint64_t version, const read_range& range)
    : index_(&index), aggregate_(std::move(aggregate)), towards_(range.towards) {
  if (towards_ == direction::forward) {
    next_ = range.from.value_or(1);
    left_ = next_ <= version ? version - next_ + 1 : 0;
  } else {
    next_ = std::min(range.from.value_or(version), version);
    left_ = next_;
  }
  left_ = std::min(left_, range.limit);
}

partition_index::result<void> reader::read(std::size_t bytes_max,
                                           const std::function<void(const stored_event&)>& each) {
  std::size_t bytes = 0;
  std::uint64_t seen = 0;
  auto done = index_->read(aggregate_, next_, towards_, [&](const stored_event& e) {
    each(e);
    ++seen;
    bytes += e.value.size() + e.id.size();
    return seen < left_ && bytes < bytes_max;
  });
  if (!done) return done;
  if (seen == 0) return std::string("the index lacks an event that was there");
  left_ -= seen;
  if (towards_ == direction::forward)
    next_ += seen;
  else
    next_ -= std::min(next_, seen);
  return {};
}

}  // namespace store
