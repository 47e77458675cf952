// How many records a busy partition of a lane gets within one linger: decides whether waiting for company pays. Pure:
// the batcher tells it what was sealed and when. Measured in windows of at least one linger; each counts as much as all
// before it together, and after a pause of lingers_remembered nothing before it counts.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "batching/batch.h"

namespace batching {

class arrivals {
 public:
  /// When a partition was last counted. One for each, kept by the caller.
  using mark = std::uint64_t;

  static constexpr double lingers_remembered = 4;

  explicit arrivals(clock::duration linger) : linger_(linger) {}

  /// A batch of `records` was sealed; `partition` is its partition's mark.
  void add(std::size_t records, mark& partition) noexcept;
  /// Ends the window if it is over. To be called before per_partition() is asked.
  void roll(clock::time_point now) noexcept;
  /// Records per linger and partition, among the partitions that got any; 0 when linger is 0.
  [[nodiscard]] double per_partition() const noexcept { return per_partition_; }

 private:
  clock::duration linger_;
  clock::time_point window_began_{};
  mark window_ = 1;
  std::size_t records_ = 0;
  std::size_t partitions_ = 0;
  double per_partition_ = 0;
};

}  // namespace batching
