#include "loadgen/measure/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "loadgen/events/random.h"

namespace loadgen::measure {
namespace {

using std::chrono::nanoseconds;

TEST(HistogramTest, EmptyAnswersZero) {
  const histogram h;
  EXPECT_EQ(h.percentile(0.99).count(), 0);
  EXPECT_EQ(h.max().count(), 0);
  EXPECT_EQ(h.count(), 0U);
}

TEST(HistogramTest, SmallValuesAreExact) {
  for (std::int64_t value = 0; value < 256; ++value) EXPECT_EQ(histogram::bucket_end(value), value);
}

TEST(HistogramTest, EveryBucketEndsAtMostOnePart128AboveItsValue) {
  events::random_source random(1);
  for (int i = 0; i < 100000; ++i) {
    const auto value = static_cast<std::int64_t>(random.next() >> (22 + random.below(40)));
    const std::int64_t end = histogram::bucket_end(value);
    ASSERT_GE(end, value);
    ASSERT_LE(static_cast<double>(end - value), static_cast<double>(value) / 128 + 1);
  }
}

TEST(HistogramTest, BucketsFollowEachOtherWithoutGap) {
  for (std::int64_t at = 0; at < histogram::value_max;) {
    const std::int64_t end = histogram::bucket_end(at);
    ASSERT_EQ(histogram::bucket_end(end), end);
    if (end == histogram::value_max) break;
    ASSERT_GT(histogram::bucket_end(end + 1), end);
    at = end + 1;
  }
  EXPECT_EQ(histogram::bucket_end(histogram::value_max), histogram::value_max);
}

TEST(HistogramTest, PercentilesMatchSortedValuesWithinTheError) {
  histogram h;
  events::random_source random(7);
  std::vector<std::int64_t> values;
  for (int i = 0; i < 50000; ++i) values.push_back(static_cast<std::int64_t>(random.next() >> (30 + random.below(20))));
  for (const std::int64_t value : values) h.record(nanoseconds(value));
  std::sort(values.begin(), values.end());
  for (const double share : {0.01, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(share * 50000)));
    const std::int64_t exact = values[rank - 1];
    EXPECT_GE(h.percentile(share).count(), exact);
    EXPECT_LE(static_cast<double>(h.percentile(share).count()), static_cast<double>(exact) * 129 / 128 + 1);
  }
  EXPECT_EQ(h.max().count(), values.back());
}

TEST(HistogramTest, MergedHistogramsAnswerAsOneThatSawAll) {
  histogram left;
  histogram right;
  histogram both;
  for (std::int64_t i = 1; i <= 1000; ++i) {
    (i % 3 == 0 ? left : right).record(nanoseconds(i * i), 3);
    both.record(nanoseconds(i * i), 3);
  }
  left.merge(right);
  for (const double share : {0.1, 0.5, 0.99, 1.0}) EXPECT_EQ(left.percentile(share), both.percentile(share));
  EXPECT_EQ(left.count(), 3000U);
  EXPECT_EQ(left.mean(), both.mean());
}

TEST(HistogramTest, OutOfRangeCountsAtTheEnds) {
  histogram h;
  h.record(nanoseconds(-5));
  h.record(std::chrono::hours(1000));
  EXPECT_EQ(h.percentile(0.5).count(), 0);
  EXPECT_EQ(h.max().count(), histogram::value_max);
}

TEST(HistogramTest, ClearForgetsEverything) {
  histogram h;
  h.record(nanoseconds(500), 10);
  h.clear();
  EXPECT_EQ(h.count(), 0U);
  EXPECT_EQ(h.percentile(1).count(), 0);
}

}  // namespace
}  // namespace loadgen::measure
