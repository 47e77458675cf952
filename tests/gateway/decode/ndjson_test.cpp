#include <gmock/gmock.h>

#include "tests/gateway/decode/decoding.h"

namespace decode_tests {
namespace {

using batching::reason;
using gateway::decode::body_errc;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(NdjsonTest, EachLineIsAnEventWithItsExactBytesAndKey) {
  const auto got = ndjson("{\"aggregateId\":\"a\", \"x\" : 1.0}\n{\"aggregate_id\":\"b\"}\n{\"other\":\"c\"}\n");
  EXPECT_THAT(got.values(),
              ElementsAre(R"({"aggregateId":"a", "x" : 1.0})", R"({"aggregate_id":"b"})", R"({"other":"c"})"));
  EXPECT_THAT(got.keys(), ElementsAre("a", "b", "-"));
}

TEST(NdjsonTest, WhiteSpaceAndCarriageReturnsAroundAnEventAreNotPartOfIt) {
  const auto got = ndjson(" \t{\"aggregateId\":\"a\"} \t\r\n\r\n{\"aggregateId\":\"b\"}\r\n");
  EXPECT_THAT(got.values(), ElementsAre(R"({"aggregateId":"a"})", R"({"aggregateId":"b"})"));
}

TEST(NdjsonTest, TheLastLineMayLackItsNewline) {
  EXPECT_THAT(ndjson("{\"aggregateId\":\"a\"}\n{\"aggregateId\":\"b\"}").keys(), ElementsAre("a", "b"));
}

TEST(NdjsonTest, BlankLinesAreSkippedButCountedInDetails) {
  const auto got = ndjson("\n{\"aggregateId\":\"a\"}\n \r\n\n{\"aggregateId\" \"b\"}\n");
  EXPECT_THAT(got.keys(), ElementsAre("a", "!"));
  EXPECT_EQ(got[1].detail, "line 5, byte 16: expected ':' after a key");
}

TEST(NdjsonTest, ABodyWithoutEventsSaysSo) {
  for (const char* text : {"", "\n", " \r\n\t\n"}) {
    const auto got = ndjson(text);
    ASSERT_FALSE(got.read());
    EXPECT_EQ(got.error().code, body_errc::no_events);
  }
}

TEST(NdjsonTest, ABrokenLineLeavesItsNeighboursAlone) {
  for (const char* broken :
       {"{", "}", "{\"a\":}", "{\"a\":\"open}", "{\"a\":\"\xFF\"}", "{\"a\":\"\x01\"}", "{}{}", "x", "\\", "\""}) {
    const auto got = ndjson("{\"aggregateId\":\"a\"}\n" + std::string(broken) + "\n{\"aggregateId\":\"c\"}\n");
    EXPECT_THAT(got.keys(), ElementsAre("a", "!", "c")) << broken;
    EXPECT_EQ(got[1].invalid, reason::invalid_json);
    EXPECT_THAT(std::string(got[1].detail), HasSubstr("line 2, byte ")) << broken;
  }
}

TEST(NdjsonTest, AnEventOverTwoLinesIsInvalidOnBoth) {
  EXPECT_THAT(ndjson("{\"a\":\n1}\n{\"aggregateId\":\"k\"}").keys(), ElementsAre("!", "!", "k"));
  EXPECT_THAT(ndjson("{\"a\":{\n}}\n{\"aggregateId\":\"k\"}").keys(), ElementsAre("!", "!", "k"));
  EXPECT_THAT(ndjson("{\"a\":[{},\n{\"b\":1}\n]}\n{\"aggregateId\":\"k\"}").keys(), ElementsAre("!", "-", "!", "k"));
  EXPECT_THAT(ndjson("{\"a\":1\n}").keys(), ElementsAre("!", "!"));
  EXPECT_THAT(ndjson("{\n}").keys(), ElementsAre("!", "!"));
}

TEST(NdjsonTest, TwoEventsOnOneLineAreNone) {
  const auto got = ndjson("{\"a\":1} {\"b\":2}\r{\"c\":3}\n");
  EXPECT_THAT(got.keys(), ElementsAre("!"));
  EXPECT_EQ(got[0].detail, "line 1, byte 9: expected nothing more after the value");
}

TEST(NdjsonTest, AnyWholeValueIsAnEvent) {
  const auto got = ndjson("[1,{\"aggregateId\":\"a\"}]\n\"text\"\n 17 \nnull\ntrue");
  EXPECT_THAT(got.values(), ElementsAre("[1,{\"aggregateId\":\"a\"}]", "\"text\"", "17", "null", "true"));
  EXPECT_THAT(got.keys(), ElementsAre("-", "-", "-", "-", "-"));
}

TEST(NdjsonTest, AByteOrderMarkIsNamed) {
  const auto got = ndjson("\xEF\xBB\xBF{\"aggregateId\":\"a\"}\n{\"aggregateId\":\"b\"}\n");
  EXPECT_THAT(got.keys(), ElementsAre("!", "b"));
  EXPECT_EQ(got[0].detail, "line 1, byte 1: a byte order mark; send UTF-8 without one");
}

TEST(NdjsonTest, ABadByteIsNamedWhereItIs) {
  const auto got = ndjson("{\"a\":1}\n{\"a\":\"xy\xC3(\"}\n");
  EXPECT_EQ(got[1].detail, "line 2, byte 9: not UTF-8");
}

TEST(NdjsonTest, DepthAtTheLimitPassesAndOneOverDoesNot) {
  auto how = usual_options();
  how.depth_max = 128;
  const auto got = ndjson(nested(128) + "\n" + nested(129) + "\n", how);
  EXPECT_THAT(got.keys(), ElementsAre("-", "!"));
  EXPECT_THAT(std::string(got[1].detail), HasSubstr("nested deeper than 128 levels"));
}

TEST(NdjsonTest, AHundredThousandLevelsCostNoStack) {
  const auto got = ndjson(nested(100'000) + "\n" + std::string(100'000, '[') + "\n{}");
  EXPECT_THAT(got.keys(), ElementsAre("!", "!", "-"));
}

TEST(NdjsonTest, EventsAtTheLimitPassAndOneOverPublishesNothing) {
  auto how = usual_options();
  how.events_max = 3;
  EXPECT_EQ(ndjson("{}\n{}\nx\n", how).size(), 3U);
  const auto got = ndjson("{}\n{}\nx\n{}\n", how);
  ASSERT_FALSE(got.read());
  EXPECT_EQ(got.error().code, body_errc::too_many_events);
  EXPECT_EQ(got.size(), 0U);
  how.validate = false;
  EXPECT_FALSE(ndjson("{}\n{}\nx\n{}\n", how).read());
}

TEST(NdjsonTest, LinesAcrossWindowsAndLongerThanOneAreWhole) {
  std::string text;
  for (int i = 0; i < 3'000; ++i)
    text += R"({"aggregateId":"k)" + std::to_string(i) + R"(","pad":")" +
            std::string(static_cast<std::size_t>(i % 97), 'x') + "\"}\n";
  text += R"({"aggregateId":"long","pad":")" + std::string(300'000, 'y') + "\"}\n{\"aggregateId\":\"last\"}";
  const auto got = ndjson(text);
  ASSERT_EQ(got.size(), 3'002U);
  for (std::size_t i = 0; i < 3'000; ++i) ASSERT_EQ(got[i].key, "k" + std::to_string(i));
  EXPECT_EQ(got[3'000].key, "long");
  EXPECT_EQ(got[3'001].key, "last");
}

TEST(NdjsonTest, TruncatedAtEachByteOnlyTheLastEventSuffers) {
  const std::string first = R"({"aggregateId":"a","n":[1,2.5e3,true]})";
  const std::string text = first + "\n" + first;
  for (std::size_t n = first.size() + 2; n < text.size(); ++n) {
    const auto got = ndjson(text.substr(0, n));
    ASSERT_EQ(got.size(), 2U) << n;
    EXPECT_EQ(got[0].invalid, reason::none) << n;
    EXPECT_EQ(got[1].invalid, reason::invalid_json) << n;
  }
}

TEST(NdjsonTest, AnEmptyNamesOrStringsEdgesAreHandled) {
  EXPECT_THAT(ndjson("{\"\":\"\"}\n{\"aggregateId\":\"\"}\n{ }\n").keys(), ElementsAre("-", "", "-"));
}

TEST(NdjsonTest, WithoutValidationLinesAreTakenAsTheyAre) {
  auto how = usual_options();
  how.validate = false;
  const auto got = ndjson(
      " {\"aggregateId\":\"a\",,\xFF}\r\n\n not json \n{\"x\":{\"aggregateId\":\"no\"},\"aggregateId\":\"b\"\n", how);
  EXPECT_THAT(got.values(), ElementsAre("{\"aggregateId\":\"a\",,\xFF}", "not json",
                                        "{\"x\":{\"aggregateId\":\"no\"},\"aggregateId\":\"b\""));
  EXPECT_THAT(got.keys(), ElementsAre("a", "-", "b"));
}

TEST(NdjsonTest, ManyBrokenLinesAreCountedInOnePass) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "{\"a\":[1,\n";
  const auto got = ndjson(text);
  ASSERT_EQ(got.size(), 50'000U);
  EXPECT_EQ(got[999].detail, "line 1000, byte 9: expected a value, but the text ends");
  EXPECT_EQ(got[49'999].detail, "") << "details of one request are bounded";
}

}  // namespace
}  // namespace decode_tests
