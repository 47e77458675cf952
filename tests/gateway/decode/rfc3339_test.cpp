#include "gateway/decode/rfc3339.h"

#include <gtest/gtest.h>

namespace gateway::decode {
namespace {

TEST(Rfc3339Test, ReadsWhatTheStandardWrites) {
  EXPECT_EQ(parse_rfc3339_ms("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_rfc3339_ms("2024-02-29T12:00:00.25+01:00"), 1'709'204'400'250);
  EXPECT_EQ(parse_rfc3339_ms("1985-04-12T23:20:50.52Z"), 482'196'050'520);
  EXPECT_EQ(parse_rfc3339_ms("1996-12-19T16:39:57-08:00"), 851'042'397'000);
  EXPECT_EQ(parse_rfc3339_ms("1990-12-31T23:59:60Z"), 662'688'000'000);
  EXPECT_EQ(parse_rfc3339_ms("1937-01-01t12:00:27.87z"), -1'041'335'972'130);
  EXPECT_EQ(parse_rfc3339_ms("2024-01-01 00:00:00.123456789Z"), 1'704'067'200'123);
}

TEST(Rfc3339Test, RefusesEverythingElse) {
  for (const char* text : {"",
                           "2024",
                           "2024-02-30T00:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "2024-13-01T00:00:00Z",
                           "2024-00-01T00:00:00Z",
                           "2024-01-01T24:00:00Z",
                           "2024-01-01T00:60:00Z",
                           "2024-01-01T00:00:61Z",
                           "2024-01-01T00:00:00",
                           "2024-01-01",
                           "2024-01-01T00:00:00.Z",
                           "2024-01-01T00:00:00+24:00",
                           "2024-01-01T00:00:00+01:60",
                           "2024-01-01T00:00:00+0100",
                           "2024-01-01T00:00:00Zx",
                           " 2024-01-01T00:00:00Z",
                           "24-01-01T00:00:00Z",
                           "2024-1-1T00:00:00Z",
                           "+2024-01-01T00:00:00Z"})
    EXPECT_EQ(parse_rfc3339_ms(text), std::nullopt) << text;
  const std::string_view whole = "2024-02-29T12:00:00.25+01:00";
  for (std::size_t have = 0; have < whole.size(); ++have)
    EXPECT_EQ(parse_rfc3339_ms(whole.substr(0, have)), std::nullopt) << have;
}

TEST(Rfc3339Test, MillisecondsAreAWholeNumber) {
  EXPECT_EQ(parse_timestamp_ms("0"), 0);
  EXPECT_EQ(parse_timestamp_ms("999999999999999"), 999'999'999'999'999);
  EXPECT_EQ(parse_timestamp_ms("1000000000000000"), std::nullopt);
  for (const char* text : {"-1", "1.5", "1e3", " 1", ""}) EXPECT_EQ(parse_timestamp_ms(text), std::nullopt) << text;
}

}  // namespace
}  // namespace gateway::decode
