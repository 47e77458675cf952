#include "loadgen/verify/description.h"

#include <gtest/gtest.h>

namespace loadgen::verify {
namespace {

TEST(DescriptionTest, ASoundRunIsProven) {
  report sound;
  sound.run = "5f0c2a91";
  sound.acked = sound.acked_present = 1234567;
  const std::string text = describe(sound);
  EXPECT_NE(text.find("run 5f0c2a91"), std::string::npos) << text;
  EXPECT_NE(text.find("1,234,567"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("PROVEN: every acked event is in Kafka exactly once, unaltered, in order\n")) << text;
}

TEST(DescriptionTest, EveryKindOfFindingEndsInFailure) {
  for (std::size_t i = 0; i < finding_kinds; ++i) {
    report bad;
    bad.counts[i] = 7;
    bad.examples.push_back({static_cast<finding_kind>(i), "id-1", "cart-1", 3, 42, "a detail", 0, 0});
    const std::string text = describe(bad);
    EXPECT_NE(text.find("FAILED"), std::string::npos) << text;
    EXPECT_EQ(text.find("PROVEN"), std::string::npos) << text;
    EXPECT_NE(text.find(std::string(name_of(static_cast<finding_kind>(i))) +
                        ": id-1 of cart-1, partition 3 offset 42: a detail"),
              std::string::npos)
        << text;
  }
}

}  // namespace
}  // namespace loadgen::verify
