#include "loadgen/store/check/timeline.h"

#include <gtest/gtest.h>

namespace loadgen::store::check {
namespace {

TEST(TimelineTest, AVersionIsNotThereBeforeThoseBelowIt) {
  timeline times(3);
  times.sent(1, 50, true);
  times.sent(2, 20, true);
  times.sent(3, 60, true);
  times.finish();
  EXPECT_EQ(times.earliest(2), 50);
  EXPECT_EQ(times.earliest(3), 60);
  EXPECT_EQ(times.sent_at(2), 20);
}

TEST(TimelineTest, WhoSeesAVersionHasSeenThoseBelowIt) {
  timeline times(3);
  times.shown(2, 40);
  times.shown(1, 70);
  times.finish();
  EXPECT_EQ(times.latest(1), 40);
  EXPECT_EQ(times.latest(2), 40);
  EXPECT_EQ(times.latest(3), timeline::never);
  EXPECT_EQ(times.latest(4), timeline::never);
}

TEST(TimelineTest, KnowsTheNewestVersionShownBeforeAMoment) {
  timeline times(3);
  times.shown(1, 10);
  times.shown(2, 20);
  times.finish();
  EXPECT_EQ(times.known_before(10), 0U);
  EXPECT_EQ(times.known_before(11), 1U);
  EXPECT_EQ(times.known_before(1000), 2U);
}

TEST(TimelineTest, AnAggregateIsNeverInTheMiddleOfAnAppend) {
  timeline times(2);
  times.sent(1, 5, false);
  times.sent(2, 5, true);
  times.finish();
  EXPECT_TRUE(times.can_be_at(0));
  EXPECT_FALSE(times.can_be_at(1));
  EXPECT_TRUE(times.can_be_at(2));
  EXPECT_FALSE(times.can_be_at(3));
}

TEST(TimelineTest, VersionsThatAreNotThereMeanNothing) {
  timeline times(1);
  times.sent(9, 5, true);
  times.shown(9, 5);
  times.finish();
  EXPECT_EQ(times.latest(1), timeline::never);
}

}  // namespace
}  // namespace loadgen::store::check
