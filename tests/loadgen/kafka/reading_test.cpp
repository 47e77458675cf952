#include "loadgen/kafka/reading.h"

#include <gtest/gtest.h>

namespace loadgen::kafka {
namespace {

TEST(ReadingTest, EmptySpansAreReadFromTheStart) {
  const reading state({{0, 5, 5}, {1, 7, 7}});
  EXPECT_TRUE(state.open().empty());
  EXPECT_DOUBLE_EQ(state.share(), 1);
}

TEST(ReadingTest, EndsWithTheLastOffsetOfEachSpan) {
  reading state({{0, 0, 10}, {1, 100, 110}});
  state.reach(0, 9);
  EXPECT_EQ(state.open().size(), 2U);
  state.reach(0, 10);
  EXPECT_EQ(state.open().size(), 1U);
  EXPECT_DOUBLE_EQ(state.share(), 0.5);
  state.reach(1, 200);  // the end of the partition lies beyond the span
  EXPECT_TRUE(state.open().empty());
}

TEST(ReadingTest, WantsEachOffsetOfItsSpansOnce) {
  reading state({{2, 10, 20}});
  EXPECT_FALSE(state.wants(2, 9));
  EXPECT_TRUE(state.wants(2, 10));
  state.reach(2, 11);
  EXPECT_FALSE(state.wants(2, 10)) << "a fetch that starts anew brings it again";
  EXPECT_FALSE(state.wants(2, 20));
  EXPECT_FALSE(state.wants(3, 15));
}

}  // namespace
}  // namespace loadgen::kafka
