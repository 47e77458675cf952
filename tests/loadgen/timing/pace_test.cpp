#include "loadgen/timing/pace.h"

#include <gtest/gtest.h>

namespace loadgen::timing {
namespace {

using namespace std::chrono_literals;

TEST(PaceTest, StreamsOfEqualWeightInterleave) {
  const schedule s = schedule::parse("1000");
  const pace first(s, 0.5, 0, 0);
  const pace second(s, 0.5, 10, 0);
  EXPECT_EQ(first.due(0), 0ms);
  EXPECT_EQ(second.due(0), 10ms);
  EXPECT_EQ(first.due(10), 20ms);
  EXPECT_EQ(second.due(10), 30ms);
}

TEST(PaceTest, BurstsKeepTheRate) {
  const schedule s = schedule::parse("1000");
  const pace p(s, 1, 0, 100);
  EXPECT_EQ(p.due(99), 0ms);
  EXPECT_EQ(p.due(100), 100ms);
  EXPECT_EQ(p.due(199), 100ms);
  EXPECT_EQ(p.due(1000), 1s);
}

}  // namespace
}  // namespace loadgen::timing
