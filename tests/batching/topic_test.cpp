#include "batching/topic.h"

#include <gtest/gtest.h>

namespace batching {
namespace {

TEST(TopicTest, EveryPartitionHasACounterOfItsOwnAlsoAfterGrowing) {
  topic t("orders", 0);
  t.grow(12);
  t.add_in_flight(11, 7);
  t.grow(1000);
  for (std::int32_t p = 12; p < 1000; ++p) t.add_in_flight(p, p);
  EXPECT_EQ(t.in_flight_bytes(11), 7);
  for (std::int32_t p = 12; p < 1000; ++p) EXPECT_EQ(t.in_flight_bytes(p), p);
}

TEST(TopicTest, HoldsTheLargestCountItAllows) {
  topic t("huge", 0);
  t.grow(partition_counters::partitions_max);
  t.add_in_flight(partition_counters::partitions_max - 1, 3);
  EXPECT_EQ(t.in_flight_bytes(partition_counters::partitions_max - 1), 3);
}

}  // namespace
}  // namespace batching
