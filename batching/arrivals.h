// The arrivals at a lane decide whether open batches wait for company, and how long. Pure: the batcher reports what
// came and what was sealed. Measured in windows of at least one linger; each counts as much as all before it together,
// and after a pause of lingers_remembered nothing before it counts.
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
  /// A partition got its first record of a readiness cycle: sent at once, it would be a batch of its own.
  void add_batch_at_once() noexcept { ++batches_at_once_; }
  /// A readiness cycle brought something.
  void add_cycle() noexcept { ++cycles_; }
  /// Ends the window if it is over. To be called before per_partition() is asked.
  void roll(clock::time_point now) noexcept;
  /// Records per linger and partition, among the partitions that got any; 0 when linger is 0.
  [[nodiscard]] double per_partition() const noexcept { return per_partition_; }
  /// Batches a second, if none waited for company.
  [[nodiscard]] double batches_at_once_per_second() const noexcept { return at_once_per_second_; }
  /// A pause this long says that for now nobody comes any more: the clients that are there wait for us.
  [[nodiscard]] clock::duration silence() const noexcept { return silence_; }

  static constexpr int gaps_of_silence = 4;
  static constexpr std::chrono::microseconds silence_min{200};  // shorter ones are the scheduler's

 private:
  clock::duration linger_;
  clock::time_point window_began_{};
  mark window_ = 1;
  std::size_t records_ = 0;
  std::size_t partitions_ = 0;
  std::size_t cycles_ = 0;
  std::size_t batches_at_once_ = 0;
  double at_once_per_second_ = 0;
  clock::duration silence_ = silence_min;
  double per_partition_ = 0;
};

}  // namespace batching
