// Record ranges that wait, in order. A vector with a moving front: in steady state it allocates nothing, which a deque
// would.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "batching/kafka/wire/record_batch.h"

namespace batching::kafka::producer {

class range_queue {
 public:
  void push_back(const wire::record_range& r) { ranges_.push_back(r); }
  /// In front of all others, in their own order.
  void push_front(std::span<const wire::record_range> ranges) {
    ranges_.insert(ranges_.begin() + static_cast<std::ptrdiff_t>(first_), ranges.begin(), ranges.end());
  }
  [[nodiscard]] bool empty() const noexcept { return first_ == ranges_.size(); }
  [[nodiscard]] const wire::record_range& front() const noexcept { return ranges_[first_]; }
  void pop_front() {
    ++first_;
    if (first_ == ranges_.size())
      clear();
    else if (first_ >= gone_max && first_ >= ranges_.size() / 2)
      drop_gone();
  }
  [[nodiscard]] std::span<const wire::record_range> all() const noexcept { return std::span(ranges_).subspan(first_); }
  /// All of them, and forgets them.
  [[nodiscard]] std::vector<wire::record_range> take() {
    drop_gone();
    return std::exchange(ranges_, {});
  }

 private:
  static constexpr std::size_t gone_max = 64;

  void clear() noexcept {
    ranges_.clear();
    first_ = 0;
  }
  void drop_gone() {
    ranges_.erase(ranges_.begin(), ranges_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }

  std::vector<wire::record_range> ranges_;
  std::size_t first_ = 0;  // those before it are gone
};

}  // namespace batching::kafka::producer
