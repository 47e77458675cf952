// The target of a catalogue row's numbers: one prometheus-cpp family, with the row's label names in order.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "metrics/snapshot.h"

namespace metrics {

struct metric;

/// A histogram's bounds: which powers of two are shown, and how many of the recorded number make a unit.
struct buckets_shown {
  std::uint64_t powers;  // bit i set: a bucket ends at 2^i
  double unit;           // 1e6: recorded in microseconds, shown in seconds; dividing keeps 0.000128 exact
  bool whole;            // whole numbers: the bound is 2^i - 1, the largest number that is really in it
};

constexpr std::uint64_t powers(int first, int last) noexcept {
  return (std::uint64_t{2} << last) - (std::uint64_t{1} << first);
}

/// 128 us .. 1 s by doubling, then 4, 17 and 67 s.
inline constexpr buckets_shown durations{powers(7, 20) | powers(22, 22) | powers(24, 24) | powers(26, 26), 1e6, false};
/// 255 B, 1 KiB, then 4 KiB .. 4 MiB by doubling.
inline constexpr buckets_shown byte_sizes{powers(8, 8) | powers(10, 10) | powers(12, 22), 1, true};
/// 1 .. 16,383 records.
inline constexpr buckets_shown record_counts{powers(1, 14), 1, true};

class samples {
 public:
  samples(const metric& of, prometheus::MetricFamily& into);

  void add(std::initializer_list<std::string_view> label_values, double value);
  void add(std::initializer_list<std::string_view> label_values, const histogram_counts& observed,
           const buckets_shown& shown);

 private:
  prometheus::ClientMetric& next(std::initializer_list<std::string_view> label_values);

  std::vector<std::string_view> label_names_;
  prometheus::MetricFamily& family_;
};

}  // namespace metrics
