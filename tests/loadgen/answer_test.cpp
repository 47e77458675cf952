#include "loadgen/answer.h"

#include <gtest/gtest.h>

namespace loadgen {
namespace {

TEST(AnswerTest, AllPersistedIsReadWithoutMore) {
  const answer a = read_answer(200, R"({"ack":"broker","events":100,"persisted":100,"duplicate":0})", 100);
  EXPECT_EQ(a.whole, event_outcome::persisted);
  EXPECT_TRUE(a.exceptions.empty());
  EXPECT_FALSE(a.inconsistent);
}

TEST(AnswerTest, DuplicatesCountAsTaken) {
  const answer a = read_answer(200, R"({"events":3,"persisted":1,"duplicate":2,"failures":[]})", 3);
  EXPECT_EQ(fate_of(a.whole), fate::acked);
  EXPECT_FALSE(a.inconsistent);
}

TEST(AnswerTest, FailuresAreItemised) {
  const answer a = read_answer(207, R"({"events":4,"persisted":1,"rejected":1,"not_persisted":1,"possibly_persisted":1,
    "failures":[{"index":1,"outcome":"rejected","detail":"line 2"},{"index":2,"outcome":"not_persisted"},
    {"index":3,"outcome":"possibly_persisted"}]})",
                               4);
  ASSERT_EQ(a.exceptions.size(), 3U);
  EXPECT_EQ(a.whole, event_outcome::persisted);
  EXPECT_EQ(a.exceptions[0].outcome, event_outcome::rejected);
  EXPECT_EQ(a.exceptions[2].index, 3U);
  EXPECT_EQ(a.complaint, "line 2");
  EXPECT_FALSE(a.inconsistent);
}

TEST(AnswerTest, CountsThatDoNotAddUpProveNothing) {
  const answer a = read_answer(200, R"({"events":4,"persisted":3,"failures":[]})", 4);
  EXPECT_TRUE(a.inconsistent);
  EXPECT_EQ(fate_of(a.whole), fate::unknown);
  EXPECT_FALSE(a.complaint.empty());
}

TEST(AnswerTest, AFailureOfNoEventOfOursIsInconsistent) {
  EXPECT_TRUE(
      read_answer(207, R"({"events":1,"persisted":1,"failures":[{"index":5,"outcome":"rejected"}]})", 1).inconsistent);
  EXPECT_TRUE(
      read_answer(207, R"({"events":1,"persisted":1,"failures":[{"index":0,"outcome":"eaten"}]})", 1).inconsistent);
}

TEST(AnswerTest, TimeoutKeepsWhatIsCertain) {
  const answer a = read_answer(504, R"({"events":2,"persisted":1,"possibly_persisted":1,
    "failures":[{"index":1,"outcome":"possibly_persisted"}]})",
                               2);
  EXPECT_EQ(a.whole, event_outcome::persisted);
  EXPECT_EQ(a.exceptions.size(), 1U);
}

TEST(AnswerTest, StatusAloneDecidesWithoutJson) {
  const std::pair<int, fate> table[] = {{200, fate::acked},   {202, fate::unknown}, {400, fate::refused},
                                        {404, fate::refused}, {408, fate::unknown}, {413, fate::refused},
                                        {422, fate::refused}, {429, fate::refused}, {500, fate::unknown},
                                        {502, fate::unknown}, {503, fate::refused}, {504, fate::unknown}};
  for (const auto& [status, expected] : table) EXPECT_EQ(fate_of(read_answer(status, "", 3).whole), expected) << status;
}

TEST(AnswerTest, AcceptedIsNoPromise) {
  const answer a = read_answer(202, R"({"ack":"none","events":3,"persisted":0})", 3);
  EXPECT_EQ(a.whole, event_outcome::accepted);
  EXPECT_EQ(fate_of(a.whole), fate::unknown);
}

TEST(AnswerTest, EveryOutcomeHasANameThatReadsBack) {
  for (std::size_t i = 0; i < event_outcomes; ++i) {
    const auto outcome = static_cast<event_outcome>(i);
    EXPECT_EQ(outcome_named(name_of(outcome)), outcome);
  }
  EXPECT_FALSE(outcome_named("eaten"));
}

TEST(AnswerTest, OnlyWhatWasNotTakenIsSafeToResend) {
  for (std::size_t i = 0; i < event_outcomes; ++i) {
    const auto outcome = static_cast<event_outcome>(i);
    if (!safe_to_resend(outcome)) continue;
    EXPECT_EQ(fate_of(outcome), fate::refused) << name_of(outcome);
  }
  EXPECT_FALSE(safe_to_resend(event_outcome::rejected));
}

}  // namespace
}  // namespace loadgen
