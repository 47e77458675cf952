#include "loadgen/frames/crc32c.h"

#include <gtest/gtest.h>

#include <string>

namespace loadgen::frames {
namespace {

TEST(Crc32cTest, AgreesWithThePageAndWithItself) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43U);
  EXPECT_EQ(crc32c(""), 0U);
  std::string text;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(crc32c(text), crc32c_by_table(text));
    EXPECT_EQ(crc32c(text.substr(i / 2), crc32c(text.substr(0, i / 2))), crc32c(text));
    text += static_cast<char>(i * 37);
  }
}

}  // namespace
}  // namespace loadgen::frames
