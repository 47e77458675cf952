#include "readmodel/fold/event_reader.h"

#include <gtest/gtest.h>

#include "counting.h"

namespace {

using namespace fold_tests;

struct EventReaderTest : ::testing::Test {
  event_format format;
  event_reader reader{format};

  std::string why(std::string_view key, std::string_view body) {
    record r;
    r.key = key;
    r.value = body;
    r.has_key = r.has_value = true;
    const auto e = reader.read(r);
    return e ? "read" : e.error().why;
  }
};

TEST_F(EventReaderTest, FindsTypeVersionAndAggregate) {
  record r;
  r.key = "cart-1";
  r.value = R"({"x":1,"eventType":"Added","eventVersion":7})";
  r.has_key = r.has_value = true;
  const auto e = reader.read(r);
  ASSERT_TRUE(e);
  EXPECT_EQ(e->aggregate, "cart-1");
  EXPECT_EQ(e->type, "Added");
  EXPECT_EQ(e->version, 7);
  EXPECT_EQ(std::int64_t(e->json["x"]), 1);
}

TEST_F(EventReaderTest, SaysWhyItIsNoEvent) {
  EXPECT_EQ(why("k", R"({"eventType":"A"})"), "read");
  EXPECT_EQ(why("", R"({"eventType":"A"})"), "the event has no key, so nobody knows its aggregate");
  EXPECT_EQ(why("\xff", R"({"eventType":"A"})"), "the event's key is not UTF-8");
  EXPECT_NE(why("k", "[1]").find("the event is not a JSON object: "), std::string::npos);
  EXPECT_NE(why("k", "").find("the event is not a JSON object: "), std::string::npos);
  EXPECT_EQ(why("k", R"({"type":"A"})"), "the event has no \"eventType\"");
  EXPECT_EQ(why("k", R"({"eventType":1})"), "the event has no \"eventType\"");
  for (const char* version : {"0", "-1", "\"2\"", "1.5", "1000001"})
    EXPECT_EQ(why("k", std::string(R"({"eventType":"A","eventVersion":)") + version + "}"),
              "the event's \"eventVersion\" is not a number from 1 on")
        << version;
}

}  // namespace
