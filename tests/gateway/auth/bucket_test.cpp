#include "gateway/auth/bucket.h"

#include <gtest/gtest.h>

namespace gateway::auth::test {
namespace {

using namespace std::chrono_literals;

const bucket::time_point start{1000s};

TEST(BucketTest, OneSecondsWorthMayComeAtOnce) {
  bucket b;
  b.set_rate(10);
  int taken = 0;
  while (taken < 100 && b.wait(start) == 0s) {
    b.charge(1, start);
    ++taken;
  }
  EXPECT_EQ(taken, 10);
  EXPECT_EQ(b.wait(start), 100ms);
  EXPECT_EQ(b.wait(start + 100ms), 0s);
  b.charge(1, start + 100ms);
  EXPECT_GT(b.wait(start + 100ms), 0s);
}

TEST(BucketTest, SomethingLargePassesWholeAndIsPaidForAfterwards) {
  bucket b;
  b.set_rate(100);
  ASSERT_EQ(b.wait(start), 0s);
  b.charge(1000, start);
  EXPECT_EQ(b.wait(start), 9s + 10ms);
  EXPECT_GT(b.wait(start + 9s), 0s);
  EXPECT_EQ(b.wait(start + 9s + 10ms), 0s);
  EXPECT_NEAR(b.used(start), 10.0, 0.01);
}

TEST(BucketTest, TheRateHoldsOverTime) {
  bucket b;
  b.set_rate(50);
  int taken = 0;
  for (auto at = start; at < start + 10s; at += 1ms)
    if (b.wait(at) == 0s) {
      b.charge(1, at);
      ++taken;
    }
  EXPECT_GE(taken, 540);  // ten seconds' worth and the burst
  EXPECT_LE(taken, 551);
}

TEST(BucketTest, WithoutARateThereIsNoBound) {
  bucket b;
  b.charge(1'000'000'000, start);
  EXPECT_EQ(b.wait(start), 0s);
  EXPECT_EQ(b.used(start), 0);
}

}  // namespace
}  // namespace gateway::auth::test
