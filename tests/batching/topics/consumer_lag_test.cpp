#include "batching/topics/consumer_lag.h"

#include <gtest/gtest.h>

using batching::topics::lag_rows;
using batching::topics::offsets;

namespace {

std::int64_t lag_of(const std::vector<metrics::consumer_lag_row>& rows, std::int32_t partition) {
  for (const auto& row : rows)
    if (row.partition == partition) return row.lag;
  return -99;
}

}  // namespace

TEST(ConsumerLagTest, IsEndLessCommitted) {
  const auto rows =
      batching::topics::lag_rows("g", {{{"t", 0}, 10}, {{"t", 1}, 7}}, {{{"t", 0}, 15}, {{"t", 1}, 7}}, {});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].group, "g");
  EXPECT_EQ(rows[0].topic, "t");
  EXPECT_EQ(lag_of(rows, 0), 5);
  EXPECT_EQ(lag_of(rows, 1), 0);
}

TEST(ConsumerLagTest, IsNeverNegative) {
  EXPECT_EQ(lag_of(batching::topics::lag_rows("g", {{{"t", 0}, 10}}, {{{"t", 0}, 4}}, {}), 0), 0);
}

TEST(ConsumerLagTest, IsMinusOneWithoutCommit) {
  const auto rows = batching::topics::lag_rows("g", {{{"t", 0}, 10}, {{"t", 1}, -1}}, {{{"t", 0}, 12}, {{"t", 1}, 3}},
                                               [](std::string_view topic) { return topic == "t" ? 4 : 0; });
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(lag_of(rows, 0), 2);
  for (const int p : {1, 2, 3}) EXPECT_EQ(lag_of(rows, p), -1) << p;
}

TEST(ConsumerLagTest, PartitionsWithoutAKnownEndAreLeftOut) {
  EXPECT_TRUE(batching::topics::lag_rows("g", {{{"gone", 0}, 10}}, {}, {}).empty());
}
