#include "readmodel/cql/values.h"

#include <gtest/gtest.h>

namespace {

using namespace readmodel::cql;
using namespace std::string_literals;

TEST(ValuesTest, NumbersAreBigEndian) {
  EXPECT_EQ(bigint(258), "\x00\x00\x00\x00\x00\x00\x01\x02"s);
  EXPECT_EQ(integer(-1), "\xff\xff\xff\xff"s);
  EXPECT_EQ(boolean(true), "\x01"s);
}

TEST(ValuesTest, OfAnotherLengthOrNullIsNothing) {
  EXPECT_EQ(to_bigint(bigint(-7)), -7);
  EXPECT_EQ(to_bigint(integer(7)), std::nullopt);
  EXPECT_EQ(to_integer(integer(7)), 7);
  EXPECT_EQ(to_integer(std::nullopt), std::nullopt);
  EXPECT_EQ(to_boolean(boolean(false)), false);
  EXPECT_EQ(to_boolean(bytes("xx")), std::nullopt);
}

}  // namespace
