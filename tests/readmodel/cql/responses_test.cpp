#include "readmodel/cql/responses.h"

#include <gtest/gtest.h>

#include "answers.h"
#include "readmodel/cql/values.h"

namespace {

using namespace readmodel::cql;
using namespace std::string_literals;
using cql_tests::rows_body;

std::optional<response> read(opcode what, std::string_view body, std::uint8_t flags = 0) {
  frame_header h;
  h.what = what;
  h.flags = flags;
  h.body_bytes = static_cast<std::uint32_t>(body.size());
  return read_response(h, body);
}

TEST(ResponsesTest, RowsHaveNamesValuesAndNulls) {
  const auto r = read(opcode::result, rows_body({{text("x"), bigint(5)}, {text("y"), std::nullopt}}, "next"));
  ASSERT_TRUE(r);
  const rows& all = std::get<rows>(*r);
  EXPECT_EQ(all.columns, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(all.index_of("b"), 1U);
  EXPECT_EQ(all.index_of("c"), std::nullopt);
  ASSERT_EQ(all.list.size(), 2U);
  EXPECT_EQ(all.list[0][0], "x");
  EXPECT_EQ(to_bigint(all.list[0][1]), 5);
  EXPECT_EQ(all.list[1][1], std::nullopt);
  EXPECT_EQ(all.paging_state, "next");
}

TEST(ResponsesTest, RowsTruncatedAtEachByteAreRefused) {
  const bytes whole = rows_body({{text("x"), bigint(5)}});
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(read(opcode::result, std::string_view(whole).substr(0, length))) << length;
  EXPECT_TRUE(read(opcode::result, whole));
}

TEST(ResponsesTest, ACountOfRowsBeyondTheBodyReservesNothing) {
  bytes bomb = rows_body({});
  bomb.replace(bomb.size() - 4, 4, "\x7f\xff\xff\xff"s);
  EXPECT_FALSE(read(opcode::result, bomb));
}

TEST(ResponsesTest, ATypeNestedTooDeepIsRefused) {
  bytes b =
      "\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x01\x00\x01k\x00\x01t\x00\x01"
      "a"s;
  for (int i = 0; i < 10'000; ++i) b += "\x00\x20"s;
  EXPECT_FALSE(read(opcode::result, b));
}

TEST(ResponsesTest, CollectionsAndUserTypesAreSteppedOver) {
  bytes b;
  put_int(b, 2);
  put_int(b, 1);
  put_int(b, 2);
  put_string(b, "k");
  put_string(b, "t");
  put_string(b, "m");
  b += "\x00\x21\x00\x0d\x00\x31\x00\x02\x00\x02\x00\x09"s;  // map<text, tuple<bigint, int>>
  put_string(b, "u");
  b += "\x00\x30\x00\x01k\x00\x01n\x00\x01\x00\x01"
       "f\x00\x0d"s;  // a type with one field
  put_int(b, 1);
  put_value(b, bytes("1"));
  put_value(b, bytes("2"));
  const auto r = read(opcode::result, b);
  ASSERT_TRUE(r);
  EXPECT_EQ(std::get<rows>(*r).columns, (std::vector<std::string>{"m", "u"}));
  EXPECT_EQ(std::get<rows>(*r).list[0][1], "2");
}

TEST(ResponsesTest, WarningsBeforeTheBodyAreSteppedOver) {
  const bytes b = "\x00\x01\x00\x03wow"s + cql_tests::done_body();
  const auto r = read(opcode::result, b, 0x08);
  ASSERT_TRUE(r);
  EXPECT_TRUE(std::holds_alternative<done>(*r));
}

TEST(ResponsesTest, AnErrorKeepsCodeAndWords) {
  const auto r = read(opcode::error, cql_tests::error_body(0x1100, "Operation timed out") + "\x00\x0a and more"s);
  ASSERT_TRUE(r);
  EXPECT_EQ(describe(std::get<server_error>(*r)), "write_timeout (0x1100): Operation timed out");
}

TEST(ResponsesTest, RequestsAndStrangersAreNoResponses) {
  EXPECT_FALSE(read(opcode::query, ""));
  EXPECT_FALSE(read(static_cast<opcode>(0x77), ""));
  EXPECT_FALSE(read(opcode::result, "\x00\x00\x00\x09"s));
}

}  // namespace
