#include "loadgen/units/wall_clock.h"

#include <gtest/gtest.h>

namespace loadgen::units {
namespace {

using namespace std::chrono_literals;

TEST(WallClockTest, FormatsUtcWithMilliseconds) {
  using std::chrono::system_clock;
  EXPECT_EQ(wall_clock_text(system_clock::time_point(1700000000123ms)), "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(wall_clock_text(system_clock::time_point(0ms)), "1970-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace loadgen::units
