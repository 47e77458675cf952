#include "loadgen/measure/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace loadgen::measure {

namespace {
constexpr std::size_t per_power = std::size_t{1} << histogram::precision_bits;
// Values below 2^(bits+1) have a bucket each; every further power of two takes `per_power` more.
constexpr std::size_t bucket_count = per_power * (42 - histogram::precision_bits + 1);
}  // namespace

histogram::histogram() : buckets_(bucket_count, 0) {}

std::size_t histogram::index_of(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  const int width = std::bit_width(bits);
  if (width <= precision_bits + 1) return static_cast<std::size_t>(bits);
  const int shift = width - precision_bits - 1;
  return static_cast<std::size_t>(shift) * per_power + static_cast<std::size_t>(bits >> shift);
}

std::int64_t histogram::end_of(std::size_t index) {
  if (index < 2 * per_power) return static_cast<std::int64_t>(index);
  const std::size_t shift = index / per_power - 1;
  const std::size_t mantissa = index - shift * per_power;
  return static_cast<std::int64_t>(((mantissa + 1) << shift) - 1);
}

std::int64_t histogram::bucket_end(std::int64_t value) {
  return end_of(index_of(std::clamp<std::int64_t>(value, 0, value_max)));
}

void histogram::record(std::chrono::nanoseconds value, std::uint64_t count) {
  if (count == 0) return;
  const std::int64_t clamped = std::clamp<std::int64_t>(value.count(), 0, value_max);
  buckets_[index_of(clamped)] += count;
  count_ += count;
  sum_ += static_cast<double>(clamped) * static_cast<double>(count);
  max_ = std::max(max_, clamped);
}

void histogram::merge(const histogram& other) {
  if (other.count_ == 0) return;
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

void histogram::clear() {
  std::fill(buckets_.begin(), buckets_.end(), 0);
  count_ = 0;
  sum_ = 0;
  max_ = 0;
}

std::chrono::nanoseconds histogram::percentile(double share) const {
  if (count_ == 0) return std::chrono::nanoseconds(0);
  const double wanted = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_));
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    below += buckets_[i];
    if (below >= rank) return std::chrono::nanoseconds(std::min(end_of(i), max_));
  }
  return max();
}

std::chrono::nanoseconds histogram::mean() const {
  if (count_ == 0) return std::chrono::nanoseconds(0);
  return std::chrono::nanoseconds(static_cast<std::int64_t>(sum_ / static_cast<double>(count_)));
}

}  // namespace loadgen::measure
