#include "gateway/auth/text_codes.h"

#include <gtest/gtest.h>

#include "tests/gateway/auth/issuer.h"

namespace gateway::auth::test {
namespace {

TEST(TextCodesTest, BytesOfAnyLengthComeBack) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(from_base64url(base64url(bytes)), bytes);
    EXPECT_EQ(from_base64(base64(bytes)), bytes);
    EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
}

TEST(TextCodesTest, OtherSpellingsAreRefused) {
  for (const char* text : {"A", "AB", "AAB", "AA==", "A+", "A/", "A A", "AA\n", "AAAAA"})
    EXPECT_FALSE(from_base64url(text)) << text;
  for (const char* text : {"A===", "=", "AA=A", "A-A_", "AB=="}) EXPECT_FALSE(from_base64(text)) << text;
  EXPECT_EQ(from_base64("QUI"), "AB");
  for (const char* text : {"a", "AB", "0g"}) EXPECT_FALSE(from_hex(text)) << text;
}

}  // namespace
}  // namespace gateway::auth::test
