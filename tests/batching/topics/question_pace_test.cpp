#include "batching/topics/question_pace.h"

#include <gtest/gtest.h>

namespace batching::topics {
namespace {

using namespace std::chrono_literals;

/// How many questions are asked within `seconds`, by clients that always want one.
int asked_within(question_pace& pace, question_pace::time_point from, std::chrono::seconds seconds) {
  int asked = 0;
  for (auto now = from; now < from + seconds; now += 10ms) {
    if (now < pace.next()) continue;
    pace.asked(now);
    ++asked;
  }
  return asked;
}

TEST(QuestionPaceTest, SomeAtOnceThenOneASecond) {
  question_pace pace;
  const question_pace::time_point begin = question_pace::time_point{} + 1h;
  EXPECT_EQ(asked_within(pace, begin, 1s), question_pace::at_once);
  EXPECT_EQ(asked_within(pace, begin + 1s, 60s), 60);
}

TEST(QuestionPaceTest, SilenceGivesTheFirstOnesBack) {
  question_pace pace;
  const question_pace::time_point begin = question_pace::time_point{} + 1h;
  static_cast<void>(asked_within(pace, begin, 30s));
  EXPECT_EQ(asked_within(pace, begin + 1min, 1s), question_pace::at_once);
}

}  // namespace
}  // namespace batching::topics
