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

}  // namespace
}  // namespace batching
