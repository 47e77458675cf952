#include "store/ownership/claim.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace store::ownership {
namespace {

using namespace std::chrono_literals;
using batching::kafka::wire::error_code;
using batching::kafka::wire::producer_identity;

constexpr producer_identity ours{7, 3};

struct ClaimTest : ::testing::Test {
  /// Answers what is asked as a healthy Kafka does, until nothing is asked any more; returns what was asked.
  std::vector<question> answer_all() {
    std::vector<question> asked;
    for (question what = claimed.next(now); what != question::none; what = claimed.next(now)) {
      asked.push_back(what);
      claimed.asked(what, now);
      now += 1ms;
      if (what == question::find_coordinator)
        claimed.on_coordinator(error_code::none, 1, now);
      else if (what == question::init_producer)
        claimed.on_producer(error_code::none, ours, now);
      else
        claimed.on_answer(what, error_code::none, now);
    }
    return asked;
  }
  void serve() {
    claimed.take(now);
    answer_all();
    claimed.on_marker(ours, now);
    ASSERT_EQ(claimed.is(), claim::state::serving);
  }
  std::uint64_t taken_for(ownership_reason why) const { return claimed.take_overs()[static_cast<std::size_t>(why)]; }

  claim_settings settings;
  claim claimed{settings, "", 1};
  claim::time_point now{1000s};
};

TEST_F(ClaimTest, AsksStepByStepAndServesOnlyWhenItsOwnMarkerComesBy) {
  claimed.take(now);
  const std::vector<question> steps{question::find_coordinator, question::init_producer, question::list_offsets,
                                    question::add_partition, question::end_transaction};
  EXPECT_EQ(answer_all(), steps);
  EXPECT_EQ(claimed.is(), claim::state::taking_over);
  claimed.on_marker({7, 2}, now);
  EXPECT_EQ(claimed.is(), claim::state::taking_over) << "an older one is not ours";
  claimed.on_marker(ours, now);
  EXPECT_EQ(claimed.is(), claim::state::serving);
}

TEST_F(ClaimTest, AHigherEpochInTheLogIsARival) {
  claimed.take(now);
  answer_all();
  claimed.on_marker({7, 4}, now);
  EXPECT_EQ(claimed.is(), claim::state::paused);
  EXPECT_EQ(claimed.why(), ownership_reason::rival);
}

TEST_F(ClaimTest, AFormerOwnerUnderAnotherIdIsFencedFirst) {
  claimed.on_marker({5, 9}, now);
  claimed.take(now);
  answer_all();
  claimed.on_marker(ours, now);
  EXPECT_EQ(claimed.is(), claim::state::taking_over);
  EXPECT_EQ(claimed.fence_as(), (producer_identity{5, 10}));
  EXPECT_EQ(answer_all(), std::vector{question::fence_other});
  claimed.on_fence({5, 10}, now);
  EXPECT_EQ(claimed.is(), claim::state::serving);
}

TEST_F(ClaimTest, ProvesItselfAtTheIntervalCountedFromTheQuestion) {
  settings.keep_every = 10s;
  serve();
  const auto added = now - 2ms;  // when AddPartitionsToTxn was asked: two answers ago
  EXPECT_EQ(claimed.due(), added + 10s);
  now = added + 10s - 1ms;
  EXPECT_TRUE(answer_all().empty());
  now = added + 10s;
  EXPECT_EQ(answer_all(), (std::vector{question::add_partition, question::end_transaction}));
  EXPECT_EQ(claimed.is(), claim::state::serving);
}

TEST_F(ClaimTest, AShorterIntervalHoldsAtOnce) {
  serve();
  EXPECT_TRUE(answer_all().empty());
  settings.keep_every = 1s;
  now += 1s;
  EXPECT_EQ(answer_all().size(), 2U);
}

TEST_F(ClaimTest, WithoutAProofForTwiceTheIntervalNothingIsWritten) {
  settings.keep_every = 10s;
  serve();
  const auto added = now - 2ms;
  EXPECT_TRUE(claimed.may_write(added + 20s - 1ms));
  EXPECT_FALSE(claimed.is_keep_overdue(added + 20s - 1ms));
  EXPECT_TRUE(claimed.is_keep_overdue(added + 20s));
  EXPECT_FALSE(claimed.may_write(added + 20s));
  now = added + 20s;
  answer_all();
  EXPECT_TRUE(claimed.may_write(now));
}

TEST_F(ClaimTest, AfterADoubtAProofComesBeforeTheNextWrite) {
  serve();
  claimed.doubt();
  EXPECT_FALSE(claimed.may_write(now));
  answer_all();
  EXPECT_TRUE(claimed.may_write(now));
}

TEST_F(ClaimTest, AProofThatIsRefusedSaysThatItIsFenced) {
  serve();
  claimed.want_proof();
  ASSERT_EQ(claimed.next(now), question::add_partition);
  claimed.asked(question::add_partition, now);
  claimed.on_answer(question::add_partition, error_code::producer_fenced, now);
  EXPECT_EQ(claimed.is(), claim::state::paused);
  EXPECT_EQ(claimed.why(), ownership_reason::fenced);
}

TEST_F(ClaimTest, CountsTakeOversByReasonWithTheTimeSinceTheLoss) {
  serve();
  EXPECT_EQ(taken_for(ownership_reason::assigned), 1U);
  EXPECT_EQ(claimed.took(), 5ms);
  now += 1s;
  const auto lost = now;
  claimed.lose(ownership_reason::foreign_writer, now);
  now = claimed.due();
  answer_all();
  claimed.on_marker(ours, now);
  EXPECT_EQ(taken_for(ownership_reason::foreign_writer), 1U);
  EXPECT_EQ(taken_for(ownership_reason::assigned), 1U);
  EXPECT_EQ(claimed.took(), now - lost);
}

TEST_F(ClaimTest, PausesLongerAndLongerBetweenRivals) {
  claim::time_point::duration longest{};
  for (int i = 0; i < 12; ++i) {
    claimed.take(now);
    now = std::max(now, claimed.due());
    answer_all();
    claimed.on_marker({7, static_cast<std::int16_t>(4 + i)}, now);
    longest = std::max(longest, claimed.due() - now);
  }
  EXPECT_GT(longest, 1s);
  EXPECT_LE(longest, settings.rival_pause_longest * 5 / 4) << "with jitter";
}

}  // namespace
}  // namespace store::ownership
