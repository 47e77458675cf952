#include "tests/gateway/decode/agreement.h"

#include <gtest/gtest.h>

#include <random>

#include "gateway/decode/checker.h"
#include "tests/gateway/decode/json_cases.h"

namespace decode_tests {
namespace {

using namespace std::string_view_literals;

std::string shown(std::string_view text) { return testing::PrintToString(std::string(text)); }

TEST(AgreementTest, EveryCaseOfTheTableIsReadAsRfc8259Says) {
  ASSERT_GE(json_cases().size(), 200U);
  for (const json_case& c : json_cases()) {
    EXPECT_EQ(!gateway::decode::check(c.text, 128).has_value(), c.valid) << shown(c.text);
    EXPECT_EQ(disagreement(c.text), "") << shown(c.text);
  }
}

TEST(AgreementTest, EveryCaseReadsTheSameAsAMembersValue) {
  for (const json_case& c : json_cases()) {
    if (c.text.starts_with("\xEF\xBB\xBF")) continue;
    const std::string text = R"({"aggregateId":"k","v":)" + std::string(c.text) + "}";
    EXPECT_EQ(disagreement(text), "") << shown(text);
    EXPECT_EQ(key_disagreement(text), "") << shown(text);
  }
}

TEST(AgreementTest, EveryCaseReadsTheSameTruncatedAtEachByte) {
  for (const json_case& c : json_cases())
    for (std::size_t n = 0; n < c.text.size(); ++n)
      EXPECT_EQ(disagreement(c.text.substr(0, n)), "") << shown(c.text.substr(0, n));
}

/// Changes a valid event here and there: most results are almost JSON, which is where readers differ.
class mutator {
 public:
  explicit mutator(unsigned seed) : random_(seed) {}

  std::string next(std::string text) {
    for (std::size_t n = 1 + pick(3); n > 0 && !text.empty(); --n) change(text);
    std::erase(text, '\n');
    return text;
  }

 private:
  std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }

  void change(std::string& text) {
    static constexpr std::string_view odd = "{}[]:,\"\\0123456789-+.eEtfnul \t\r\0\x1F\x80\xC3\xA9\xE0\xED\xF4"sv;
    const std::size_t at = pick(text.size());
    switch (pick(6)) {
      case 0: text.erase(at, 1 + pick(3)); break;
      case 1: text.insert(at, 1, odd[pick(odd.size())]); break;
      case 2: text[at] = odd[pick(odd.size())]; break;
      case 3: text.insert(at, text.substr(pick(text.size()), 1 + pick(20))); break;
      case 4: text.resize(at); break;
      default: text[at] = static_cast<char>(pick(256)); break;
    }
  }

  std::mt19937 random_;
};

const std::vector<std::string>& seeds() {
  static const std::vector<std::string> events = {
      R"({"aggregateId":"order-1","type":"Placed","n":12,"ok":true,"none":null,"list":[1,2.5,-3e+7,{}],"o":{"p":"q\n"}})",
      R"({"a":[[[{"b":[]}]]],"aggregateId":1234567890123,"s":"\u00e9\ud83d\ude00 \\ \" /","t":false})",
      "{ \"x\" : \"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\" , \"aggregate_id\" : \"\\u006b\\t\" , \"y\" : -0.0 }",
      R"([{"aggregateId":"a"},{"aggregateId":null,"aggregate_id":"b"},{}])",
      R"({"aggregateId":"0123456789012345678901234567890123456789012345678901234567890123456789","aggregateIds":1})",
  };
  return events;
}

TEST(AgreementTest, ThirtyThousandMutationsAreReadAlike) {
  mutator mutate(20260501);
  std::size_t valid = 0;
  for (int i = 0; i < 30'000; ++i) {
    const std::string text = mutate.next(seeds()[static_cast<std::size_t>(i) % seeds().size()]);
    ASSERT_EQ(disagreement(text), "") << shown(text);
    ASSERT_EQ(key_disagreement(text), "") << shown(text);
    valid += gateway::decode::check(text, 128) ? 0U : 1U;
  }
  EXPECT_GT(valid, 1'000U) << "the mutations are too wild to test anything";
  EXPECT_LT(valid, 29'000U);
}

}  // namespace
}  // namespace decode_tests
