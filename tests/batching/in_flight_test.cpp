#include "batching/in_flight.h"

#include <gtest/gtest.h>

namespace batching {
namespace {

TEST(InFlightTest, TakesUpToTheLimitAndNotAByteMore) {
  in_flight budget(100, 80, 50);
  EXPECT_TRUE(budget.reserve(100));
  EXPECT_FALSE(budget.reserve(1));
  EXPECT_EQ(budget.bytes(), 100);
}

TEST(InFlightTest, PausesAtTheHighLevelUntilTheLowOne) {
  in_flight budget(100, 80, 50);
  EXPECT_TRUE(budget.reserve(79));
  EXPECT_FALSE(budget.paused());
  EXPECT_TRUE(budget.reserve(1));
  EXPECT_TRUE(budget.paused());
  budget.release(29);
  EXPECT_TRUE(budget.paused());
  budget.release(1);
  EXPECT_FALSE(budget.paused());
}

TEST(InFlightTest, ARequestThatNeverFitsDoesNotStopTheOthers) {
  in_flight budget(100, 80, 50);
  EXPECT_FALSE(budget.reserve(101));
  EXPECT_FALSE(budget.paused());
  EXPECT_TRUE(budget.reserve(60));
  EXPECT_FALSE(budget.reserve(60));
  EXPECT_TRUE(budget.paused());
}

TEST(InFlightTest, CountsOnlyWhatWasReallyHeldAsReleased) {
  in_flight budget(100, 80, 50);
  EXPECT_TRUE(budget.reserve(60));
  EXPECT_FALSE(budget.reserve(60));
  budget.release(60);
  EXPECT_EQ(budget.released_bytes(), 60);
}

TEST(InFlightTest, WhatWasNotSentToItsEndNeverPausesIt) {
  in_flight budget(1600, 1200, 800);
  EXPECT_TRUE(budget.reserve_receiving(receiving::large, 300));
  EXPECT_FALSE(budget.reserve_receiving(receiving::large, 1));
  EXPECT_TRUE(budget.reserve_receiving(receiving::small, 100)) << "large ones leave the small their share";
  EXPECT_FALSE(budget.reserve_receiving(receiving::small, 1));
  EXPECT_LE(budget.bytes(), budget.low_bytes() / 2);
  EXPECT_FALSE(budget.paused());
  budget.release_receiving(receiving::large, 300);
  budget.release_receiving(receiving::small, 100);
  EXPECT_EQ(budget.bytes(), 0);
}

TEST(InFlightTest, AChargeIsNeverRefusedAndPauses) {
  in_flight budget(100, 80, 50);
  budget.charge(120);
  EXPECT_EQ(budget.bytes(), 120);
  EXPECT_TRUE(budget.paused());
  budget.release(120);
  EXPECT_FALSE(budget.paused());
}

}  // namespace
}  // namespace batching
