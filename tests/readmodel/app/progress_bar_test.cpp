#include "readmodel/app/progress_bar.h"

#include <gtest/gtest.h>

namespace {

using readmodel::app::bar_line;

TEST(ProgressBarTest, SaysRateAndTimeLeft) {
  EXPECT_EQ(bar_line({500, 2'000, 10}), "[#######.......................] 25 %  500 of 2000 events  50/s  31 s left");
  EXPECT_EQ(bar_line({0, 0, 0}), "[##############################] 100 %  0 of 0 events  0/s");
}

}  // namespace
