#include "loadgen/timing/schedule.h"

#include <gtest/gtest.h>

#include "loadgen/units/option.h"
#include "loadgen/units/quantity.h"

namespace loadgen::timing {
namespace {

using namespace std::chrono_literals;

TEST(ScheduleTest, ConstantRateSpacesEventsEvenly) {
  const schedule s = schedule::parse("1000");
  EXPECT_EQ(s.time_of(0), 0ns);
  EXPECT_EQ(s.time_of(500), 500ms);
  EXPECT_DOUBLE_EQ(s.events_until(2s), 2000);
  EXPECT_FALSE(s.length().has_value());
}

TEST(ScheduleTest, MaxIsAClosedLoop) { EXPECT_TRUE(schedule::parse("max").closed_loop()); }

TEST(ScheduleTest, StepsFollowEachOther) {
  const schedule s = schedule::parse("1000:5s,5000:10s");
  EXPECT_EQ(s.length(), 15s);
  EXPECT_DOUBLE_EQ(s.events_until(4s), 4000);
  EXPECT_EQ(s.time_of(5000), 5s);
  EXPECT_EQ(s.time_of(10000), 6s);
  EXPECT_EQ(s.time_of(55000), std::chrono::nanoseconds::max());
  EXPECT_DOUBLE_EQ(s.events_until(1h), 55000);
}

TEST(ScheduleTest, RampInverseAgreesWithItsIntegral) {
  const schedule s = schedule::parse("100..10000:30s,500:10s");
  for (double events = 0; events < 156499; events += 777) {
    EXPECT_NEAR(s.events_until(s.time_of(events)), events, 0.01) << events;
  }
  EXPECT_NEAR(s.events_until(15s), 100 * 15.0 + 9900.0 / 60 * 15 * 15, 0.001);
}

TEST(ScheduleTest, RampFromZeroAndDownToZero) {
  const schedule up = schedule::parse("0..1000:10s");
  EXPECT_EQ(up.time_of(0), 0ns);
  EXPECT_NEAR(units::seconds_of(up.time_of(1250)), 5, 1e-6);
  const schedule down = schedule::parse("1000..0:10s");
  EXPECT_NEAR(units::seconds_of(down.time_of(3750)), 5, 1e-6);
  EXPECT_EQ(down.time_of(5001), std::chrono::nanoseconds::max());
}

TEST(ScheduleTest, RefusesTextsItCannotUse) {
  for (const char* text : {"", "fast", "-5", "0", "1000,2000:5s", "1..2", "1000:0s", "1000:5x", "10:5s,"}) {
    EXPECT_THROW(schedule::parse(text), units::usage_error) << text;
  }
}

}  // namespace
}  // namespace loadgen::timing
