#include "loadgen/units.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "loadgen/json_writer.h"
#include "loadgen/size_mix.h"
#include "loadgen/wall_clock.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

TEST(UnitsTest, DurationsNeedAUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("2m"), 2min);
  for (const char* text : {"5", "", "s", "5 s", "-5s", "5y"}) EXPECT_THROW(parse_duration(text), usage_error) << text;
}

TEST(UnitsTest, CountsMayBeShort) {
  EXPECT_EQ(parse_count("50k"), 50000);
  EXPECT_EQ(parse_count("1.5M"), 1500000);
  EXPECT_THROW(parse_count("5z"), usage_error);
  EXPECT_THROW(parse_count("nan"), usage_error);
}

TEST(UnitsTest, FormatsForPeople) {
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(format_count(-1000), "-1,000");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_latency(850us), "850 us");
  EXPECT_EQ(format_latency(1240us), "1.24 ms");
  EXPECT_EQ(format_latency(2s), "2.00 s");
  EXPECT_EQ(format_duration(65s), "1m 05s");
}

TEST(SizeMixTest, SpreadsInProportion) {
  const auto sizes = size_mix::parse("256:90,4096:10").spread(100);
  EXPECT_EQ(sizes.size(), 100U);
  EXPECT_EQ(std::count(sizes.begin(), sizes.end(), 4096U), 10);
  const auto range = size_mix::parse("100-200").spread(11);
  EXPECT_EQ(range.front(), 100U);
  EXPECT_EQ(range.back(), 200U);
  EXPECT_EQ(range[5], 150U);
}

TEST(SizeMixTest, RefusesWhatItCannotMean) {
  for (const char* text : {"", "0", "abc", "200-100", "9M", "256:0", "1.5"}) {
    EXPECT_THROW(size_mix::parse(text), usage_error) << text;
  }
}

TEST(WallClockTest, FormatsUtcWithMilliseconds) {
  using std::chrono::system_clock;
  EXPECT_EQ(wall_clock_text(system_clock::time_point(1700000000123ms)), "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(wall_clock_text(system_clock::time_point(0ms)), "1970-01-01T00:00:00.000Z");
}

TEST(JsonWriterTest, EscapesAndNests) {
  json_writer json;
  json.begin_object().member("a", "q\"\\\n</").member("n", 3).member("x", 0.25).key("list").begin_array();
  json.value(true).null().value(1.0 / 0.0).end_array().end_object();
  EXPECT_EQ(json.text(), R"({"a":"q\"\\\u000a\u003c/","n":3,"x":0.25,"list":[true,null,null]})");
}

}  // namespace
}  // namespace loadgen
