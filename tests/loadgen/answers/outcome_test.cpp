#include "loadgen/answers/outcome.h"

#include <gtest/gtest.h>

namespace loadgen::answers {
namespace {

TEST(OutcomeTest, EveryOutcomeHasANameThatReadsBack) {
  for (std::size_t i = 0; i < event_outcomes; ++i) {
    const auto outcome = static_cast<event_outcome>(i);
    EXPECT_EQ(outcome_named(name_of(outcome)), outcome);
  }
  EXPECT_FALSE(outcome_named("eaten"));
}

TEST(OutcomeTest, OnlyEventsThatWereNotTakenAreSafeToResend) {
  for (std::size_t i = 0; i < event_outcomes; ++i) {
    const auto outcome = static_cast<event_outcome>(i);
    if (!safe_to_resend(outcome)) continue;
    EXPECT_EQ(fate_of(outcome), fate::refused) << name_of(outcome);
  }
  EXPECT_FALSE(safe_to_resend(event_outcome::rejected));
}

}  // namespace
}  // namespace loadgen::answers
