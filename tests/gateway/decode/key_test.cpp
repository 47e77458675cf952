#include <gmock/gmock.h>

#include <algorithm>
#include <ctime>

#include "tests/gateway/decode/decoding.h"

namespace decode_tests {
namespace {

/// Seconds of processor time that `work` takes, the best of three.
template <class Work>
double seconds_of(Work work) {
  double best = 1e9;
  for (int i = 0; i < 3; ++i) {
    const std::clock_t begun = std::clock();
    work();
    best = std::min(best, static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC);
  }
  return best;
}

using batching::reason;
using gateway::decode::key_finder;
using testing::HasSubstr;

/// The key of one event under `pointers`: "-" without, "!" with the detail where it is refused.
std::string key_of(std::string_view text,
                   const std::vector<std::string>& pointers = {"/aggregateId", "/aggregate_id"}) {
  const key_finder keys(pointers);
  gateway::decode::decode_options how;
  how.keys = &keys;
  const auto got = ndjson(text, how);
  EXPECT_EQ(got.size(), 1U) << text;
  EXPECT_NE(got[0].invalid, reason::invalid_json) << got[0].detail;
  if (got[0].invalid == reason::invalid_key) return "!" + std::string(got[0].detail);
  return got[0].has_key ? std::string(got[0].key) : "-";
}

TEST(KeyTest, AStringIsItsUnescapedText) {
  EXPECT_EQ(key_of(R"({"aggregateId":"plain"})"), "plain");
  EXPECT_EQ(key_of(R"({"aggregateId":""})"), "");
  EXPECT_EQ(key_of(R"({"aggregateId":" x "})"), " x ");
  EXPECT_EQ(key_of(R"({"aggregateId":"\"\\\/\b\f\n\r\t"})"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(key_of(R"({"aggregateId":"\u0041\u00e9\u20AC\ud83d\ude00"})"), "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(key_of("{\"aggregateId\":\"caf\xC3\xA9\"}"), "caf\xC3\xA9");
  EXPECT_EQ(key_of(R"({"aggregateId":"a\u0000b"})"), std::string("a\0b", 3));
  EXPECT_EQ(key_of(R"({ "aggregateId" : "spaced" , "x":1})"), "spaced");
}

TEST(KeyTest, ANumberIsItsExactTextAsSent) {
  for (const char* number : {"0", "-0", "1.50", "1E+2", "123456789012345678901234567890", "-1e-7"})
    EXPECT_EQ(key_of(R"({"aggregateId":)" + std::string(number) + "}"), number);
}

TEST(KeyTest, TheFirstPointerThatIsThereWins) {
  EXPECT_EQ(key_of(R"({"aggregate_id":"second","aggregateId":"first"})"), "first");
  EXPECT_EQ(key_of(R"({"aggregate_id":"second"})"), "second");
  EXPECT_EQ(key_of(R"({"x":"third"})"), "-");
  EXPECT_EQ(key_of("{}"), "-");
}

TEST(KeyTest, NullIsNotThere) {
  EXPECT_EQ(key_of(R"({"aggregateId":null,"aggregate_id":"second"})"), "second");
  EXPECT_EQ(key_of(R"({"aggregateId":null})"), "-");
}

TEST(KeyTest, AnyOtherKindIsRefusedByName) {
  EXPECT_EQ(key_of(R"({"aggregateId":true})"),
            "!line 1, byte 16: the value at /aggregateId is a boolean; a key is a string or a number");
  EXPECT_THAT(key_of(R"({"aggregateId":{},"aggregate_id":"b"})"), HasSubstr("is an object"));
  EXPECT_THAT(key_of(R"({"aggregateId":["a"]})"), HasSubstr("is an array"));
}

TEST(KeyTest, HalfASurrogatePairIsNoKey) {
  for (const char* text : {R"(\ud83d)", R"(\ude00)", R"(\ud83dx)", R"(\ud83d\u0041)", R"(\ude00\ud83d)", R"(a\uD800)"})
    EXPECT_THAT(key_of(R"({"aggregateId":")" + std::string(text) + "\"}"), HasSubstr("surrogate")) << text;
}

TEST(KeyTest, AMemberThereTwiceIsRefusedAsAGuess) {
  EXPECT_THAT(key_of(R"({"aggregateId":"a","x":1,"aggregateId":"a"})"), HasSubstr("duplicate member: /aggregateId"));
  EXPECT_THAT(key_of(R"({"aggregateId":null,"aggregateId":"a"})"), HasSubstr("duplicate"));
  EXPECT_THAT(key_of(R"({"aggregateId":"a","\u0061ggregateId":"b"})"), HasSubstr("duplicate"));
  EXPECT_THAT(key_of(R"({"a":{"b":1},"a":{"b":2}})", {"/a/b"}), HasSubstr("duplicate"));
  EXPECT_THAT(key_of(R"({"a":{"b":1,"b":2}})", {"/a/b"}), HasSubstr("duplicate"));
}

TEST(KeyTest, OtherMembersMayBeThereTwice) {
  EXPECT_EQ(key_of(R"({"x":1,"x":2,"aggregateId":"a","o":{"aggregateId":"b","aggregateId":"c"}})"), "a");
  EXPECT_EQ(key_of(R"({"aggregateId":"a","aggregate_id":"b","aggregate_id":"c"})"), "a");
}

TEST(KeyTest, OnlyTheNamedLevelCounts) {
  EXPECT_EQ(key_of(R"({"o":{"aggregateId":"inner"},"l":[{"aggregateId":"inner"}]})"), "-");
  EXPECT_EQ(key_of(R"({"aggregateIds":"a","aggregateI":"b","AggregateId":"c","x":"aggregateId"})"), "-");
}

TEST(KeyTest, AnEscapedNameIsTheSameName) {
  EXPECT_EQ(key_of(R"({"\u0061ggregateId":"a"})"), "a");
  EXPECT_EQ(key_of(R"({"aggregate\u0049d":"a\u0041"})"), "aA");
  EXPECT_EQ(key_of(R"({"x\n":1,"aggregateId":"a"})"), "a");
}

TEST(KeyTest, PointersReachIntoObjectsAndArrays) {
  const std::string text =
      R"({"data":{"ids":[{"id":"x"},{"id":"y"},7]},"a/b":"slash","m~n":"tilde","":"empty","q\"":"quote","0":"zero"})";
  EXPECT_EQ(key_of(text, {"/data/ids/1/id"}), "y");
  EXPECT_EQ(key_of(text, {"/data/ids/2"}), "7");
  EXPECT_EQ(key_of(text, {"/data/ids/3"}), "-");
  EXPECT_EQ(key_of(text, {"/data/ids/-"}), "-");
  EXPECT_EQ(key_of(text, {"/data/ids/01/id"}), "-");
  EXPECT_EQ(key_of(text, {"/data/ids/18446744073709551616"}), "-");
  EXPECT_EQ(key_of(text, {"/data/nothing", "/data/ids/0/id"}), "x");
  EXPECT_EQ(key_of(text, {"/a~1b"}), "slash");
  EXPECT_EQ(key_of(text, {"/m~0n"}), "tilde");
  EXPECT_EQ(key_of(text, {"/"}), "empty");
  EXPECT_EQ(key_of(text, {"/q\""}), "quote");
  EXPECT_EQ(key_of(text, {"/0"}), "zero");
  EXPECT_THAT(key_of(text, {""}), HasSubstr("is an object"));
  EXPECT_EQ(key_of("[\"a\"]", {"/0"}), "a");
}

TEST(KeyTest, MorePointersThanTheFastWayTakesStillWork) {
  EXPECT_EQ(key_of(R"({"e":"5","f":"6"})", {"/a", "/b", "/c", "/d", "/e", "/f"}), "5");
}

TEST(KeyTest, NamesOfEveryLengthAreFoundAndTheirNeighboursAreNot) {
  for (std::size_t length = 0; length < 200; ++length) {
    const std::string name(length, 'n');
    EXPECT_EQ(key_of("{\"" + name + "n\":\"long\",\"" + name + "\":\"right\"}", {"/" + name}), "right") << length;
    EXPECT_EQ(key_of("{\"" + name + "n\":\"long\"}", {"/" + name}), "-") << length;
  }
}

TEST(KeyTest, ALongNameAtTheEndOfTheBodyReadsNothingBeyond) {
  EXPECT_EQ(key_of("{\"n\":1}", {"/" + std::string(500, 'n')}), "-");
}

TEST(KeyTest, WithoutPointersThereIsNoKey) { EXPECT_EQ(key_of(R"({"aggregateId":"a"})", {}), "-"); }

TEST(KeyFinderTest, KnowsAPointerFromOtherText) {
  for (const char* good : {"", "/", "/a", "/a/b", "/a~0b", "/a~1b", "/ ", "//"})
    EXPECT_TRUE(key_finder::is_pointer(good)) << good;
  for (const char* bad : {"a", "a/b", "/~", "/a~2", "/a~", " /a", "#/a"})
    EXPECT_FALSE(key_finder::is_pointer(bad)) << bad;
}

/// `depth` objects in each other; the innermost has the key and, before it, `pad` numbers.
std::string nested(int depth, int pad, std::string_view name) {
  std::string text;
  for (int i = 1; i < depth; ++i) text.append("{\"").append(name).append("\":");
  text += "{\"p\":[0";
  for (int i = 0; i < pad; ++i) text += ",0";
  text.append("],\"").append(name).append("\":\"deep\"");
  return text + std::string(static_cast<std::size_t>(depth), '}');
}

TEST(KeyTest, ADeepPointerIsFoundInOnePassHoweverItsNamesAreWritten) {
  constexpr int depth = 120, pad = 400'000;
  std::string deep;
  for (int i = 0; i < depth; ++i) deep += "/a";
  for (const std::string name : {"a", "\\u0061"}) {
    const std::string text = nested(depth, pad, name);
    EXPECT_EQ(key_of(text, {deep}), "deep");
    const double shallow = seconds_of([&] { key_of(text, {"/b/c"}); });
    EXPECT_LT(seconds_of([&] { key_of(text, {deep}); }), 10 * shallow + 0.001) << "once more for each level: " << depth;
  }
}

TEST(KeyTest, ADuplicateOnTheWayIsFoundAtEveryLevel) {
  EXPECT_EQ(key_of(R"({"a":{"b":"x","b":"y"}})", {"/a/b"}),
            "!line 1, byte 19: duplicate member: /a/b is there twice, so the key is a guess");
  EXPECT_THAT(key_of(R"({"a":{"b":"x"},"c":1,"a":2})", {"/a/b"}), HasSubstr("byte 26: duplicate"));
  EXPECT_THAT(key_of(R"({"a":{"b":"x","b":"y"},"a":2})", {"/a/b"}), HasSubstr("byte 28: duplicate"));
  EXPECT_THAT(key_of(R"({"\u0061":{"b":"x"},"c":1,"a":2})", {"/a/b"}), HasSubstr("duplicate"));
  EXPECT_EQ(key_of(R"({"a":[{"b":1},{"b":"x"}],"c":{"b":2}})", {"/a/1/b"}), "x");
  EXPECT_EQ(key_of(R"({"\u0061":[{"b":1},{"b":"x"}],"c":{"b":2}})", {"/a/1/b"}), "x");
  EXPECT_EQ(key_of(R"({"a":[{"b":1}]})", {"/a/1/b"}), "-");
}

}  // namespace
}  // namespace decode_tests
