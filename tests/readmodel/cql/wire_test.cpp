#include "readmodel/cql/wire.h"

#include <gtest/gtest.h>

namespace {

using namespace readmodel::cql;
using namespace std::string_literals;

TEST(WireTest, ReadsWhatItWrote) {
  bytes b;
  put_short(b, 0xfedc);
  put_int(b, -2);
  put_long(b, -3'000'000'000);
  put_string(b, "key");
  put_value(b, bytes("v"));
  put_value(b, std::nullopt);
  reader r(b);
  EXPECT_EQ(r.take_short(), 0xfedc);
  EXPECT_EQ(r.take_int(), -2);
  EXPECT_EQ(r.take_long(), -3'000'000'000);
  EXPECT_EQ(r.take_string(), "key");
  EXPECT_EQ(r.take_bytes(), "v");
  EXPECT_EQ(r.take_bytes(), std::nullopt);
  EXPECT_TRUE(r.is_good());
  EXPECT_TRUE(r.rest().empty());
}

TEST(WireTest, TruncatedStaysBad) {
  const std::string bytes =
      "\x00\x05"
      "abcd"s;
  reader r(bytes);
  EXPECT_EQ(r.take_string(), "");
  EXPECT_FALSE(r.is_good());
  EXPECT_EQ(r.take_byte(), 0);
  EXPECT_FALSE(r.is_good());
}

TEST(WireTest, HeaderOfAnEventHasANegativeStream) {
  const frame_header h = read_header("\x84\x08\xff\xff\x0c\x00\x00\x01\x02"s);
  EXPECT_TRUE(h.is_response);
  EXPECT_EQ(h.version, 4);
  EXPECT_EQ(h.flags, 8);
  EXPECT_EQ(h.stream, -1);
  EXPECT_EQ(h.what, opcode::event);
  EXPECT_EQ(h.body_bytes, 258U);
}

}  // namespace
