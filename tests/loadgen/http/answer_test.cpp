#include "loadgen/http/answer.h"

#include <gtest/gtest.h>

#include "loadgen/answers/answer.h"
#include "loadgen/answers/fates.h"
#include "loadgen/answers/outcome.h"

namespace loadgen::http {
namespace {

TEST(AnswerTest, AllPersistedIsReadWithoutMore) {
  const answers::answer a = read_answer(200, R"({"ack":"broker","events":100,"persisted":100,"duplicate":0})", 100);
  EXPECT_EQ(a.whole, answers::event_outcome::persisted);
  EXPECT_TRUE(a.exceptions.empty());
  EXPECT_FALSE(a.inconsistent);
}

TEST(AnswerTest, DuplicatesCountAsTaken) {
  const answers::answer a = read_answer(200, R"({"events":3,"persisted":1,"duplicate":2,"failures":[]})", 3);
  EXPECT_EQ(answers::fate_of(a.whole), answers::fate::acked);
  EXPECT_FALSE(a.inconsistent);
}

TEST(AnswerTest, FailuresAreItemised) {
  const answers::answer a =
      read_answer(207, R"({"events":4,"persisted":1,"rejected":1,"not_persisted":1,"possibly_persisted":1,
    "failures":[{"index":1,"outcome":"rejected","detail":"line 2"},{"index":2,"outcome":"not_persisted"},
    {"index":3,"outcome":"possibly_persisted"}]})",
                  4);
  ASSERT_EQ(a.exceptions.size(), 3U);
  EXPECT_EQ(a.whole, answers::event_outcome::persisted);
  EXPECT_EQ(a.exceptions[0].outcome, answers::event_outcome::rejected);
  EXPECT_EQ(a.exceptions[2].index, 3U);
  EXPECT_EQ(a.complaint, "line 2");
  EXPECT_FALSE(a.inconsistent);
}

TEST(AnswerTest, CountsThatDoNotAddUpProveNothing) {
  const answers::answer a = read_answer(200, R"({"events":4,"persisted":3,"failures":[]})", 4);
  EXPECT_TRUE(a.inconsistent);
  EXPECT_EQ(answers::fate_of(a.whole), answers::fate::unknown);
  EXPECT_FALSE(a.complaint.empty());
}

TEST(AnswerTest, AFailureOfNoEventOfOursIsInconsistent) {
  EXPECT_TRUE(
      read_answer(207, R"({"events":1,"persisted":1,"failures":[{"index":5,"outcome":"rejected"}]})", 1).inconsistent);
  EXPECT_TRUE(
      read_answer(207, R"({"events":1,"persisted":1,"failures":[{"index":0,"outcome":"eaten"}]})", 1).inconsistent);
}

TEST(AnswerTest, TimeoutKeepsWhatIsCertain) {
  const answers::answer a = read_answer(504, R"({"events":2,"persisted":1,"possibly_persisted":1,
    "failures":[{"index":1,"outcome":"possibly_persisted"}]})",
                                        2);
  EXPECT_EQ(a.whole, answers::event_outcome::persisted);
  EXPECT_EQ(a.exceptions.size(), 1U);
}

TEST(AnswerTest, StatusAloneDecidesWithoutJson) {
  const std::pair<int, answers::fate> table[] = {
      {200, answers::fate::acked},   {202, answers::fate::unknown}, {400, answers::fate::refused},
      {404, answers::fate::refused}, {408, answers::fate::unknown}, {413, answers::fate::refused},
      {422, answers::fate::refused}, {429, answers::fate::refused}, {500, answers::fate::unknown},
      {502, answers::fate::unknown}, {503, answers::fate::refused}, {504, answers::fate::unknown}};
  for (const auto& [status, expected] : table)
    EXPECT_EQ(answers::fate_of(read_answer(status, "", 3).whole), expected) << status;
}

TEST(AnswerTest, AcceptedIsNoPromise) {
  const answers::answer a = read_answer(202, R"({"ack":"none","events":3,"persisted":0})", 3);
  EXPECT_EQ(a.whole, answers::event_outcome::accepted);
  EXPECT_EQ(answers::fate_of(a.whole), answers::fate::unknown);
}

}  // namespace
}  // namespace loadgen::http
