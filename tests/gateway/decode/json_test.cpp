#include <gmock/gmock.h>

#include "tests/gateway/decode/decoding.h"

namespace decode_tests {
namespace {

using batching::reason;
using gateway::decode::body_errc;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(JsonBodyTest, AnObjectIsOneEventLessTheWhiteSpaceAroundIt) {
  const auto got = json(" \r\n{ \"aggregateId\" : \"a\",\n \"x\": [1, {}] }\n\t");
  EXPECT_THAT(got.values(), ElementsAre("{ \"aggregateId\" : \"a\",\n \"x\": [1, {}] }"));
  EXPECT_THAT(got.keys(), ElementsAre("a"));
}

TEST(JsonBodyTest, AnArrayOfObjectsIsOneEventAnElementByteForByte) {
  const auto got = json("[ {\"aggregateId\":\"a\"} ,\n{\"aggregateId\" : 7, \"x\":[ ]}\t,{}]");
  EXPECT_THAT(got.values(), ElementsAre("{\"aggregateId\":\"a\"}", "{\"aggregateId\" : 7, \"x\":[ ]}", "{}"));
  EXPECT_THAT(got.keys(), ElementsAre("a", "7", "-"));
}

TEST(JsonBodyTest, AnElementThatIsNoObjectIsAnInvalidEvent) {
  const auto got = json("[{\"aggregateId\":\"a\"}, 17 ,\"s\", null,[{\"x\":1}] ,{\"aggregateId\":\"b\"}]");
  EXPECT_THAT(got.values(),
              ElementsAre("{\"aggregateId\":\"a\"}", "17", "\"s\"", "null", "[{\"x\":1}]", "{\"aggregateId\":\"b\"}"));
  EXPECT_THAT(got.keys(), ElementsAre("a", "!", "!", "!", "!", "b"));
  EXPECT_EQ(got[1].invalid, reason::invalid_json);
  EXPECT_THAT(std::string(got[1].detail), HasSubstr("line 1, byte 23: expected an object"));
}

TEST(JsonBodyTest, ABrokenArrayGivesNoEventsAtAll) {
  for (const char* text : {"[",        "[{}",
                           "[{},",     "[{},]",
                           "[,{}]",    "[{} {}]",
                           "[{}]]",    "[{}],",
                           "[{}]{}",   "[{\"a\":1]",
                           "[{}}",     "[x]",
                           "[1,2",     "[[{},{}]",
                           "[{},\"x]", "[{\"a\":\"\xFF\"}]",
                           "[{}:{}]",  "[\n{},\n{\"a\" 1}\n]",
                           "[]]",      "[],",
                           "[[",       "[[[",
                           "[}"}) {
    const auto got = json(text);
    ASSERT_FALSE(got.read()) << text;
    EXPECT_EQ(got.error().code, body_errc::broken_array) << text;
    EXPECT_EQ(got.size(), 0U) << text;
  }
  EXPECT_EQ(json("[\n{},\n{\"a\" 1}\n]").error().detail, "line 3, byte 6: expected ':' after a key");
}

TEST(JsonBodyTest, ABrokenObjectIsOneInvalidEvent) {
  for (const char* text : {"{", "{}x", "{}{}", "{\"a\":1,}", "{\"a\"", "}", "{\"a\":\"\xC3\"}", "{\"a\":\"x", "x"}) {
    const auto got = json(text);
    ASSERT_TRUE(got.read()) << text;
    EXPECT_THAT(got.keys(), ElementsAre("!")) << text;
    EXPECT_EQ(got[0].invalid, reason::invalid_json) << text;
  }
}

TEST(JsonBodyTest, AScalarIsOneInvalidEvent) {
  for (const char* text : {"1", "\"a\"", "null", "true", "-0.5"}) {
    const auto got = json(text);
    ASSERT_EQ(got.size(), 1U) << text;
    EXPECT_EQ(got[0].invalid, reason::invalid_json);
    EXPECT_THAT(std::string(got[0].detail), HasSubstr("expected an object"));
  }
}

TEST(JsonBodyTest, NothingIsNoEvents) {
  for (const char* text : {"", " \r\n\t", "[]", " [ ] "}) {
    const auto got = json(text);
    ASSERT_FALSE(got.read()) << text;
    EXPECT_EQ(got.error().code, body_errc::no_events) << text;
  }
}

TEST(JsonBodyTest, TheArrayDoesNotCountAsALevelOfItsEvents) {
  auto how = usual_options();
  how.depth_max = 16;
  EXPECT_THAT(json(nested(16), how).keys(), ElementsAre("-"));
  EXPECT_THAT(json(nested(17), how).keys(), ElementsAre("!"));
  EXPECT_THAT(json("[" + nested(16) + "]", how).keys(), ElementsAre("-"));
  EXPECT_FALSE(json("[" + nested(17) + "]", how).read());
}

TEST(JsonBodyTest, EventsAtTheLimitPassAndOneOverPublishesNothing) {
  auto how = usual_options();
  how.events_max = 2;
  EXPECT_EQ(json("[{},{}]", how).size(), 2U);
  const auto got = json("[{},{},{}]", how);
  ASSERT_FALSE(got.read());
  EXPECT_EQ(got.error().code, body_errc::too_many_events);
  EXPECT_EQ(got.size(), 0U);
}

TEST(JsonBodyTest, TruncatedAtEachByteAnArrayPublishesNothing) {
  const std::string text = R"([{"aggregateId":"a","n":[1,2.5e3,true]},{"b":"\u00e9"}])";
  for (std::size_t n = 1; n < text.size(); ++n) EXPECT_FALSE(json(text.substr(0, n)).read()) << n;
  EXPECT_EQ(json(text).size(), 2U);
}

TEST(JsonBodyTest, AMegabyteOfElementsIsSplitRight) {
  std::string text = "[";
  for (int i = 0; i < 20'000; ++i)
    text += (i == 0 ? "" : ",") + std::string(R"({"aggregateId":")") + std::to_string(i) + R"(","x":[{}]})";
  const auto got = json(text + "]");
  ASSERT_EQ(got.size(), 20'000U);
  for (std::size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i].key, std::to_string(i));
}

TEST(JsonBodyTest, WithoutValidationAnObjectIsTakenAsItIs) {
  auto how = usual_options();
  how.validate = false;
  EXPECT_THAT(json(" {\"aggregateId\":\"a\",, ", how).keys(), ElementsAre("a"));
}

TEST(OpaqueBodyTest, TheBodyIsTheEventWithEveryByte) {
  const decoding got(decoding::format::opaque, " \r\n\xFF{ \n", usual_options());
  EXPECT_THAT(got.values(), ElementsAre(" \r\n\xFF{ \n"));
  EXPECT_THAT(got.keys(), ElementsAre("-"));
}

TEST(OpaqueBodyTest, NothingIsNoEvents) {
  const decoding got(decoding::format::opaque, "", usual_options());
  ASSERT_FALSE(got.read());
  EXPECT_EQ(got.error().code, body_errc::no_events);
}

}  // namespace
}  // namespace decode_tests
