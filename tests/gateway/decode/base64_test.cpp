#include "gateway/decode/base64.h"

#include <gtest/gtest.h>

#include <string>

namespace gateway::decode {
namespace {

TEST(Base64Test, ReadsTheVectorsOfTheRfc) {
  EXPECT_EQ(from_base64(""), "");
  EXPECT_EQ(from_base64("Zg=="), "f");
  EXPECT_EQ(from_base64("Zm8="), "fo");
  EXPECT_EQ(from_base64("Zm9v"), "foo");
  EXPECT_EQ(from_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(from_base64("+/8="), std::string("\xfb\xff", 2));
}

TEST(Base64Test, PaddingMayBeLeftOut) {
  EXPECT_EQ(from_base64("Zg"), "f");
  EXPECT_EQ(from_base64("Zm8"), "fo");
}

TEST(Base64Test, RefusesWhatIsNoBase64) {
  for (const char* bad : {"Z", "Zg=", "Zg===", "Z===", "Zh==", "Zm9", "Zm\n8", "-_8=", "Zm8 ", "Zg==Zg==", "="})
    EXPECT_EQ(from_base64(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace gateway::decode
