#include "store/ownership/partition.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/events.h"
#include "tests/store/ownership/owner.h"

namespace store::ownership {
namespace {

using namespace std::chrono_literals;
using metrics::happened_total;
using metrics::happening;
using testing::error_code;
using testing::ours;

struct OwnedPartitionTest : ::testing::Test, testing::owner {};

TEST_F(OwnedPartitionTest, ServesBehindItsMarkerAndMeasuresHowLongThatTook) {
  serve();
  EXPECT_EQ(gained, 1);
  EXPECT_EQ(position, 1);
  std::uint64_t observed = 0;
  for (std::size_t i = 0; i < metrics::log2_histogram::buckets; ++i) observed += tools.take_over_us.bucket(i);
  EXPECT_EQ(observed, 1U);
  EXPECT_EQ(tools.take_over_us.sum(), 5000U) << "five answers of a millisecond each";
}

TEST_F(OwnedPartitionTest, AnOverdueKeepAliveIsSaidOnceAndEndsWithTheProof) {
  serve();
  const auto before = happened_total(happening::store_keep_alive_overdue);
  now += 2 * settings.claiming.keep_every;
  owned.wake(now);
  owned.wake(now + 1s);
  EXPECT_TRUE(owned.status().is_keep_overdue);
  EXPECT_EQ(happened_total(happening::store_keep_alive_overdue), before + 1);
  answer_all();
  owned.wake(now);
  EXPECT_FALSE(owned.status().is_keep_overdue);
  EXPECT_EQ(owned.status().is, ownership_state::serving);
}

TEST_F(OwnedPartitionTest, AStrangersRecordsBehindTheMarkerAreAnAlarm) {
  serve();
  const auto before = happened_total(happening::foreign_writer);
  now += settings.claiming.keep_every;
  owned.wake(now);
  answer_all();
  ASSERT_TRUE(owned.wants_fetch(now)) << "after each proof the log is read to its end";
  fetch(batch_at(1, {99, 0}, "theirs"), 2);
  EXPECT_EQ(happened_total(happening::foreign_writer), before + 1);
  EXPECT_EQ(folded, std::vector<std::string>{"theirs"}) << "it counts all the same";
}

TEST_F(OwnedPartitionTest, AStrangersRecordMakesItTakeOverAgainBecauseItsVersionsAreCountedAnew) {
  serve();
  now += settings.claiming.keep_every;
  owned.wake(now);
  answer_all();
  fetch(batch_at(1, {99, 0}, "theirs"), 2);
  ASSERT_EQ(lost, std::vector<ownership_reason>{ownership_reason::foreign_writer});
  EXPECT_FALSE(owned.can_append());
  now += 1s;
  answer_all();
  fetch(batch_at(2, ours, ""), 3);
  EXPECT_EQ(gained, 2);
  EXPECT_TRUE(owned.can_append());
}

TEST_F(OwnedPartitionTest, AnAppendBehindAStrangersRecordIsSettledBeforeThePartitionIsTakenOverAgain) {
  serve();
  append("mine");
  const std::uint64_t attempt = owned.append_sent(now);
  owned.on_appended(attempt, {"carts", 0, error_code::none, 2, -1}, now);
  ASSERT_TRUE(owned.wants_fetch(now)) << "something stands before it";
  EXPECT_TRUE(settled.empty());
  fetch(batch_at(1, {99, 0}, "theirs") + batch_at(2, ours, "mine"), 3);
  ASSERT_EQ(settled.size(), 1U);
  EXPECT_EQ(settled[0].fate, batching::outcome::persisted);
  EXPECT_EQ(settled[0].first_offset, 2);
  EXPECT_EQ(folded, (std::vector<std::string>{"theirs", "mine"}));
  EXPECT_EQ(lost, std::vector<ownership_reason>{ownership_reason::foreign_writer});
}

TEST_F(OwnedPartitionTest, AStrangerWhoGoesOnWritingDoesNotKeepItFromBeingServedForLong) {
  serve();
  std::int64_t end = 1;
  for (int i = 0; i < 12; ++i) {
    now += settings.claiming.keep_every / 60;
    owned.prove([](bool) {});
    owned.wake(now);
    answer_all();
    fetch(batch_at(end, {99, 0}, "theirs"), end + 1);
    now += 2 * settings.claiming.retry_pause_longest;
    answer_all();
    fetch(batch_at(end + 1, ours, ""), end + 2);
    ASSERT_TRUE(owned.can_append()) << i;
    end += 2;
  }
}

TEST_F(OwnedPartitionTest, WhatWasThereBeforeTheMarkerIsNoStrangers) {
  const auto before = happened_total(happening::foreign_writer);
  owned.should_own(true);
  fetch(batch_at(0, {5, 0}, "former"), 1);
  owned.wake(now);
  answer_all();
  fetch(batch_at(1, ours, ""), 2);
  EXPECT_EQ(folded.size(), 1U);
  EXPECT_EQ(happened_total(happening::foreign_writer), before);
}

TEST_F(OwnedPartitionTest, ADamagedBatchIsSaidAndReadAgainLater) {
  const auto before = happened_total(happening::store_log_unreadable);
  std::string bytes = batch_at(0, {5, 0}, "x");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  fetch(bytes, 1);
  EXPECT_EQ(happened_total(happening::store_log_unreadable), before + 1);
  EXPECT_FALSE(owned.wants_fetch(now));
  EXPECT_EQ(owned.status().why, ownership_reason::log_unreadable);
  now += settings.damaged_pause;
  EXPECT_TRUE(owned.wants_fetch(now));
  fetch(batch_at(0, {5, 0}, "x"), 1);
  EXPECT_EQ(folded, std::vector<std::string>{"x"});
  EXPECT_NE(owned.status().why, ownership_reason::log_unreadable);
}

/// Proofs: what was told, in order.
struct ProofTest : OwnedPartitionTest {
  void prove() {
    owned.prove([this](bool is_owner) { proofs.push_back(is_owner); });
    owned.wake(now);
  }
  void accept(std::int64_t offset) {
    const std::uint64_t attempt = owned.append_sent(now);
    owned.on_appended(attempt, {"carts", 0, error_code::none, offset, -1}, now += 1ms);
    owned.wake(now);
  }
  bool asks_kafka() { return owned.next_question(now) != question::none; }

  std::vector<bool> proofs;
};

TEST_F(ProofTest, KafkaIsAskedAtOnceWhereNoAppendIsLikely) {
  serve();
  prove();
  EXPECT_TRUE(asks_kafka());
  EXPECT_TRUE(proofs.empty());
  answer_all();
  owned.wake(now);
  EXPECT_EQ(proofs, std::vector{true});
}

TEST_F(ProofTest, TheAppendThatLeavesAfterTheQuestionProvesItWithoutAsking) {
  serve();
  append("v");
  prove();
  EXPECT_FALSE(asks_kafka());
  accept(1);
  EXPECT_EQ(proofs, std::vector{true});
  EXPECT_FALSE(asks_kafka());
}

TEST_F(ProofTest, AnAppendThatHadLeftBeforeTheQuestionProvesNothing) {
  serve();
  append("v");
  const std::uint64_t attempt = owned.append_sent(now);
  prove();
  prove();
  owned.on_appended(attempt, {"carts", 0, error_code::none, 1, -1}, now);
  owned.wake(now);
  EXPECT_TRUE(proofs.empty());
  append("w");
  accept(2);
  EXPECT_EQ(proofs, (std::vector{true, true})) << "one append answers all that wait";
}

TEST_F(ProofTest, WhereAnAppendIsLikelyKafkaIsAskedWhenNoneHasCome) {
  serve();
  append("v");
  accept(1);
  now += settings.appends_recent - 1ms;  // since it was sent
  prove();
  prove();
  EXPECT_FALSE(asks_kafka());
  EXPECT_EQ(owned.due(), now + settings.proof_patience);
  now = owned.due();
  owned.wake(now);
  EXPECT_TRUE(asks_kafka());
  answer_all();
  owned.wake(now);
  EXPECT_EQ(proofs, (std::vector{true, true})) << "one question for both";
}

TEST_F(ProofTest, AnOvertakenOwnersAppendProvesThatItIsNone) {
  serve();
  append("v");
  prove();
  const std::uint64_t attempt = owned.append_sent(now);
  owned.on_appended(attempt, {"carts", 0, error_code::invalid_producer_epoch, -1, -1}, now);
  owned.wake(now);
  EXPECT_EQ(proofs, std::vector{false});
}

TEST_F(ProofTest, AnAppendBehindAStrangersRecordProvesNothing) {
  serve();
  append("v");
  prove();
  const std::uint64_t attempt = owned.append_sent(now);
  owned.on_appended(attempt, {"carts", 0, error_code::none, 2, -1}, now);
  fetch(batch_at(1, {99, 0}, "theirs") + batch_at(2, ours, "v"), 3);
  EXPECT_EQ(proofs, std::vector{false}) << "what was decided before missed it";
}

TEST_F(ProofTest, AnAppendWithoutAnAnswerIsNotWaitedForAlways) {
  serve();
  append("v");
  prove();
  static_cast<void>(owned.append_sent(now));
  EXPECT_EQ(owned.due(), now + settings.proof_patience_longest);
  now = owned.due();
  owned.wake(now);
  EXPECT_TRUE(asks_kafka());
}

TEST_F(OwnedPartitionTest, FencedByKafkaItLosesThePartitionAndKnowsTheFateOfAFirstAttempt) {
  serve();
  append("v");
  ASSERT_TRUE(owned.has_append(now));
  const std::uint64_t attempt = owned.append_sent(now);
  owned.on_appended(attempt, {"carts", 0, error_code::invalid_producer_epoch, -1, -1}, now);
  EXPECT_EQ(lost, std::vector{ownership_reason::fenced});
  ASSERT_EQ(settled.size(), 1U);
  EXPECT_EQ(settled[0].fate, batching::outcome::not_persisted);
}

}  // namespace
}  // namespace store::ownership
