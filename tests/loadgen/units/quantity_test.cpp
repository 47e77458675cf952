#include "loadgen/units/quantity.h"

#include <gtest/gtest.h>

namespace loadgen::units {
namespace {

using namespace std::chrono_literals;

TEST(QuantityTest, DurationsNeedAUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("2m"), 2min);
  for (const char* text : {"5", "", "s", "5 s", "-5s", "5y"}) EXPECT_THROW(parse_duration(text), usage_error) << text;
}

TEST(QuantityTest, CountsMayBeShort) {
  EXPECT_EQ(parse_count("50k"), 50000);
  EXPECT_EQ(parse_count("1.5M"), 1500000);
  EXPECT_THROW(parse_count("5z"), usage_error);
  EXPECT_THROW(parse_count("nan"), usage_error);
}

TEST(QuantityTest, FormatsForPeople) {
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_count(-1000), "-1,000");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_latency(850us), "850 us");
  EXPECT_EQ(format_latency(1240us), "1.24 ms");
  EXPECT_EQ(format_latency(2s), "2.00 s");
  EXPECT_EQ(format_duration(65s), "1m 05s");
}

}  // namespace
}  // namespace loadgen::units
