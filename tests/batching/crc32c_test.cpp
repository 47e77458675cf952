#include "batching/crc32c.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace batching {
namespace {

TEST(Crc32cTest, GivesThePagesCheckValues) {
  for (const auto crc :
       {+[](std::string_view s) { return crc32c(s); }, +[](std::string_view s) { return crc32c_portable(s); }}) {
    EXPECT_EQ(crc("123456789"), 0xe3069283U);
    EXPECT_EQ(crc(std::string(32, '\0')), 0x8a9136aaU);
    EXPECT_EQ(crc(std::string(32, '\xff')), 0x62a8ab43U);
    EXPECT_EQ(crc(""), 0U);
  }
}

std::string noise(std::size_t bytes) {
  std::mt19937 random(7);
  std::string out(bytes, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

TEST(Crc32cTest, AgreesWithThePortableOneAtEveryLengthAndAlignment) {
  const std::string bytes = noise(8192);
  for (std::size_t length = 0; length < 700; ++length)
    for (std::size_t from = 0; from < 8; ++from) {
      const auto part = std::string_view(bytes).substr(from, length);
      ASSERT_EQ(crc32c(part), crc32c_portable(part)) << length << " bytes from " << from;
    }
  for (const std::size_t length : {3071, 3072, 3073, 6143, 6144, 6200, 8000, 8192}) {
    const auto part = std::string_view(bytes).substr(0, length);
    ASSERT_EQ(crc32c(part), crc32c_portable(part)) << length;
  }
}

TEST(Crc32cTest, GoesOnWhereItStopped) {
  const std::string bytes = noise(5000);
  for (const std::size_t cut : {0, 1, 7, 100, 3072, 4999, 5000})
    EXPECT_EQ(crc32c(std::string_view(bytes).substr(cut), crc32c(std::string_view(bytes).substr(0, cut))),
              crc32c(bytes));
}

}  // namespace
}  // namespace batching
