#pragma once

// Latency histogram of fixed relative error: log-linear buckets, 128 to each power of two, so a reported value is at
// most 0.8 % above the true one. Mergeable. Every sending thread fills its own; run/ merges them each second.

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

namespace loadgen::measure {

class histogram {
 public:
  static constexpr int precision_bits = 7;  // 2^7 buckets to a power of two: relative error <= 2^-7
  static constexpr std::int64_t value_max = (std::int64_t{1} << 42) - 1;  // 73 minutes; larger values count as this

  histogram();

  /// Counts `count` observations of one duration. Negative durations count as zero.
  void record(std::chrono::nanoseconds value, std::uint64_t count = 1);
  void merge(const histogram& other);
  void clear();

  /// The smallest recorded bound below which `share` (0..1) of the observations lie; zero when empty.
  std::chrono::nanoseconds percentile(double share) const;
  std::chrono::nanoseconds max() const { return std::chrono::nanoseconds(max_); }
  std::chrono::nanoseconds mean() const;
  std::uint64_t count() const { return count_; }

  /// The end of a value's bucket, inclusive: what percentile() can answer for it.
  static std::int64_t bucket_end(std::int64_t value);

 private:
  static std::size_t index_of(std::int64_t value);
  static std::int64_t end_of(std::size_t index);

  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  double sum_ = 0;
  std::int64_t max_ = 0;
};

}  // namespace loadgen::measure
