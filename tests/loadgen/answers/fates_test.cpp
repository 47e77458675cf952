#include "loadgen/answers/fates.h"

#include <gtest/gtest.h>

#include <vector>

#include "loadgen/events/random.h"

namespace loadgen::answers {
namespace {

TEST(FatesTest, NothingIsSentAtFirst) {
  const fates log;
  EXPECT_EQ(log.size(), 0U);
  EXPECT_EQ(log.at(5), fate::unsent);
}

TEST(FatesTest, RangesAgreeWithAPlainArray) {
  events::random_source random(3);
  fates log;
  std::vector<fate> plain(2000, fate::unsent);
  for (int i = 0; i < 500; ++i) {
    const std::uint32_t first = random.below(1800);
    const std::uint32_t count = random.below(200);
    const auto value = static_cast<fate>(random.below(4));
    log.set_range(first, count, value);
    std::fill_n(plain.begin() + first, count, value);
  }
  for (std::uint32_t i = 0; i < 2000; ++i) ASSERT_EQ(log.at(i), plain[i]) << i;
}

TEST(FatesTest, GrowsToTheHighestNumber) {
  fates log;
  log.set(100000, fate::acked);
  EXPECT_EQ(log.size(), 100001U);
  EXPECT_EQ(log.at(99999), fate::unsent);
  EXPECT_EQ(log.at(100000), fate::acked);
}

}  // namespace
}  // namespace loadgen::answers
