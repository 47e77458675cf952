#include "batching/topic.h"

#include <gtest/gtest.h>

namespace batching {
namespace {

constexpr topic::time_point t0{std::chrono::seconds(1)};

TEST(TopicTest, EveryPartitionHasACounterOfItsOwnAlsoAfterGrowing) {
  topic t("orders", 0);
  t.grow(12);
  t.add_sealed(11, 7, t0);
  t.grow(1000);
  for (std::int32_t p = 12; p < 1000; ++p) t.add_sealed(p, p, t0);
  EXPECT_EQ(t.in_flight_bytes(11), 7);
  for (std::int32_t p = 12; p < 1000; ++p) EXPECT_EQ(t.in_flight_bytes(p), p);
}

TEST(TopicTest, HoldsTheLargestCountItAllows) {
  topic t("huge", 0);
  t.grow(partition_counters::partitions_max);
  t.add_sealed(partition_counters::partitions_max - 1, 3, t0);
  EXPECT_EQ(t.in_flight_bytes(partition_counters::partitions_max - 1), 3);
}

TEST(TopicTest, HoldsItsShareAndNotAByteMore) {
  topic t("orders", 0);
  EXPECT_TRUE(t.reserve(60, 100));
  EXPECT_FALSE(t.reserve(41, 100));
  EXPECT_EQ(t.in_flight_bytes(), 60);
  EXPECT_TRUE(t.reserve(40, 100));
  t.release(100);
  EXPECT_EQ(t.in_flight_bytes(), 0);
}

}  // namespace
}  // namespace batching
