#include "loadgen/units/quantity.h"

#include <gtest/gtest.h>

namespace loadgen::units {
namespace {

using namespace std::chrono_literals;

TEST(QuantityTest, DurationsNeedAUnit) {
  EXPECT_EQ(duration_in("500ms"), 500ms);
  EXPECT_EQ(duration_in("1.5s"), 1500ms);
  EXPECT_EQ(duration_in("2m"), 2min);
  EXPECT_GT(duration_in("1e30h"), 1000000h) << "larger than nanoseconds hold: the reader bounds it";
  for (const char* text : {"5", "", "s", "5 s", "-5s", "5y"}) EXPECT_FALSE(duration_in(text)) << text;
}

TEST(QuantityTest, CountsMayBeShort) {
  EXPECT_EQ(count_in("50k"), 50000);
  EXPECT_EQ(count_in("1.5M"), 1500000);
  for (const char* text : {"5z", "nan", "inf", "", "-1", "1e999"}) EXPECT_FALSE(count_in(text)) << text;
}

TEST(QuantityTest, FormatsForPeople) {
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_count(-1000), "-1,000");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_latency(850us), "850 us");
  EXPECT_EQ(format_latency(1240us), "1.24 ms");
  EXPECT_EQ(format_latency(2s), "2.00 s");
  EXPECT_EQ(format_duration(65s), "1m 05s");
  EXPECT_EQ(format_fixed(1.256, 2), "1.26");
  EXPECT_EQ(format_short(0.012345, 3), "0.0123");
}

TEST(QuantityTest, WrittenDurationsReadBack) {
  for (const std::chrono::nanoseconds value :
       {std::chrono::nanoseconds(0), std::chrono::nanoseconds(7), std::chrono::nanoseconds(8760h),
        std::chrono::nanoseconds(1500us), std::chrono::nanoseconds(500ms), std::chrono::nanoseconds(90s)}) {
    EXPECT_EQ(duration_in(written(value)), value) << written(value);
  }
  EXPECT_EQ(written(120s), "2m");
  EXPECT_EQ(written(90s), "90s");
}

}  // namespace
}  // namespace loadgen::units
