#include "loadgen/events/size_mix.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "loadgen/units/option.h"

namespace loadgen::events {
namespace {

TEST(SizeMixTest, SpreadsInProportion) {
  const auto sizes = size_mix::parse("256:90,4096:10").spread(100);
  EXPECT_EQ(sizes.size(), 100U);
  EXPECT_EQ(std::count(sizes.begin(), sizes.end(), 4096U), 10);
  const auto range = size_mix::parse("100-200").spread(11);
  EXPECT_EQ(range.front(), 100U);
  EXPECT_EQ(range.back(), 200U);
  EXPECT_EQ(range[5], 150U);
}

TEST(SizeMixTest, RefusesTextsItCannotUse) {
  for (const char* text : {"", "0", "abc", "200-100", "9M", "256:0", "1.5"}) {
    EXPECT_THROW(size_mix::parse(text), units::usage_error) << text;
  }
}

}  // namespace
}  // namespace loadgen::events
