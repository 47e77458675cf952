#include "batching/intake.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "batching/partitioner.h"
#include "tests/batching/recording_publisher.h"

namespace batching {
namespace {

using namespace std::chrono_literals;
using testing::make_topic;
using testing::recording_home;
using testing::recording_publisher;

struct IntakeTest : ::testing::Test, ack_listener {
  void on_acked(ack&) noexcept override { ++told; }

  event& add(std::string_view key, std::string_view value) {
    event& e = list.add();
    e.key = key;
    e.has_key = true;
    e.value = value;
    return e;
  }
  void add_invalid() { list.add().invalid = reason::invalid_json; }

  admission submit(ack_level level = ack_level::broker) {
    answer.begin(this, static_cast<std::uint32_t>(list.size()), false);
    const admission result = door.submit(to, policy, list, answer, level, t0);
    if (result == admission::taken) answer.seal();
    batches.flush(t0);
    return result;
  }
  std::size_t records_at_kafka() const {
    std::size_t n = 0;
    for (const auto& b : kafka.waiting) n += b->records().size();
    return n;
  }
  /// Conservation: every byte of the budget belongs to a record that is not settled.
  void expect_budget_matches_records() const {
    std::int64_t cost = 0;
    for (const auto& b : kafka.waiting) cost += b->cost_bytes();
    EXPECT_EQ(budget.bytes(), cost);
  }

  recording_home home;
  recording_publisher kafka;
  std::shared_ptr<topic> orders = make_topic("orders", 0, 12);
  topic_entry to{orders, 12, 12, 0};
  batcher batches{home, kafka, {}};
  in_flight budget{100'000, 80'000, 50'000};
  intake door{batches, budget};
  intake_policy policy;
  events list;
  ack answer;
  int told = 0;
  clock::time_point t0{1s};
};

TEST_F(IntakeTest, PutsEachEventIntoItsKeysPartition) {
  add("order-1", "a");
  add("order-2", "b");
  ASSERT_EQ(submit(), admission::taken);
  for (const auto& b : kafka.waiting)
    for (const record& r : b->records()) EXPECT_EQ(b->partition(), partition_of(r.key_view(), 12));
  EXPECT_EQ(records_at_kafka(), 2U);
  EXPECT_EQ(door.records_admitted(), 2U);
  expect_budget_matches_records();
}

TEST_F(IntakeTest, ATombstoneAndAMeantEmptyValueAreTaken) {
  add("a", "").is_tombstone = true;
  add("b", "").may_be_empty = true;
  add("c", "");
  submit();
  EXPECT_EQ(records_at_kafka(), 2U);
  ASSERT_EQ(answer.failures().size(), 1U);
  EXPECT_EQ(answer.failures()[0].index, 2U);
  EXPECT_EQ(answer.failures()[0].why, reason::empty_event);
  expect_budget_matches_records();
}

TEST_F(IntakeTest, ANamedPartitionWinsOverTheKey) {
  for (std::int32_t p = 0; p < 12; ++p) add("the same key", "v").partition = p;
  add("another", "v").partition = 12;
  submit();
  ASSERT_EQ(kafka.waiting.size(), 12U);
  std::set<std::int32_t> partitions;
  for (const auto& b : kafka.waiting) partitions.insert(b->partition());
  EXPECT_EQ(partitions.size(), 12U);
  EXPECT_EQ(answer.failures()[0].why, reason::unknown_partition);
}

TEST_F(IntakeTest, ACompactedTopicTakesNoEventWithoutAKey) {
  to.is_compacted = true;
  add("a", "v");
  list.add().value = "v";
  submit();
  EXPECT_EQ(records_at_kafka(), 1U);
  ASSERT_EQ(answer.failures().size(), 1U);
  EXPECT_EQ(answer.failures()[0].why, reason::missing_key);
  EXPECT_NE(answer.failures()[0].detail.find("compacted"), std::string_view::npos);
}

TEST_F(IntakeTest, HeadersAreChargedAndBounded) {
  const std::vector<header> many(intake::headers_max + 1, {"name", ""});
  const header impossible[] = {{std::string_view("a\0b", 3), "v"}};
  const std::string large(600, 'x');
  const header two[] = {{"a", large}, {"a", large}};
  policy.event_bytes_max = 1000;
  add("a", "v").headers = std::span(many).first(intake::headers_max);
  add("b", "v").headers = many;
  add("c", "v").headers = impossible;
  add("d", "v").headers = two;
  submit();
  EXPECT_EQ(records_at_kafka(), 1U);
  EXPECT_GE(budget.bytes(), std::int64_t{intake::headers_max} * batch::header_overhead_bytes);
  ASSERT_EQ(answer.failures().size(), 3U);
  EXPECT_EQ(answer.failures()[0].why, reason::invalid_header);
  EXPECT_EQ(answer.failures()[1].why, reason::invalid_header);
  EXPECT_EQ(answer.failures()[2].why, reason::event_too_large);
  expect_budget_matches_records();
}

TEST_F(IntakeTest, MapsKeysOverThePinnedCountAlsoWhenTheTopicHasMore) {
  to.partitions = 1000;
  orders->grow(1000);
  std::vector<std::string> keys;
  for (int i = 0; i < 50; ++i) keys.push_back("order-" + std::to_string(i));
  for (const std::string& k : keys) add(k, "a");
  ASSERT_EQ(submit(), admission::taken);
  for (const auto& b : kafka.waiting) EXPECT_LT(b->partition(), 12);
  EXPECT_EQ(records_at_kafka(), 50U);
}

TEST_F(IntakeTest, AnInvalidEventDoesNothingToTheOthersByDefault) {
  add("a", "1");
  add_invalid();
  add("a", "2");
  submit();
  EXPECT_EQ(records_at_kafka(), 2U);
  EXPECT_EQ(answer.count(outcome::rejected), 1U);
  EXPECT_EQ(answer.open(), 2U);
}

TEST_F(IntakeTest, RefuseWritesNothing) {
  policy.invalid = on_invalid::refuse;
  add("a", "1");
  add_invalid();
  submit();
  EXPECT_EQ(records_at_kafka(), 0U);
  EXPECT_EQ(answer.count(outcome::rejected), 1U);
  EXPECT_EQ(answer.count(outcome::not_persisted), 1U);
  EXPECT_EQ(told, 1);
  EXPECT_EQ(budget.bytes(), 0);
}

TEST_F(IntakeTest, FenceBlocksLaterEventsOfTheSameAggregate) {
  policy.invalid = on_invalid::fence;
  policy.event_bytes_max = 5;
  add("a", "early");
  add("a", "too large");
  add("b", "fine");
  add("a", "late");
  submit();
  EXPECT_EQ(records_at_kafka(), 2U);
  EXPECT_EQ(answer.count(outcome::blocked), 1U);
  EXPECT_EQ(answer.failures()[1].index, 3U);
  expect_budget_matches_records();
}

TEST_F(IntakeTest, FencingManyAggregatesCostsNoMoreThanTheirNumber) {
  policy.invalid = on_invalid::fence;
  std::vector<std::string> keys;
  for (int i = 0; i < 50'000; ++i) keys.push_back("aggregate-" + std::to_string(i));
  for (const std::string& k : keys) add(k, {});
  for (const std::string& k : keys) add(k, "late");
  in_flight large{1'000'000'000, 800'000'000, 500'000'000};
  answer.begin(this, static_cast<std::uint32_t>(list.size()), false);
  const auto began = std::chrono::steady_clock::now();
  ASSERT_EQ((intake{batches, large}.submit(to, policy, list, answer, ack_level::broker, t0)), admission::taken);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);  // comparing each with each takes minutes
  EXPECT_EQ(answer.count(outcome::blocked), keys.size());
}

TEST_F(IntakeTest, FenceBlocksAllLaterOnesWhereTheAggregateCannotBeTold) {
  policy.invalid = on_invalid::fence;
  add("a", "1");
  add_invalid();
  add("b", "2");
  submit();
  EXPECT_EQ(records_at_kafka(), 1U);
  EXPECT_EQ(answer.count(outcome::blocked), 1U);
}

TEST_F(IntakeTest, RejectsWhatThePolicyForbidsAndSaysWhy) {
  policy.require_key = true;
  policy.event_bytes_max = 3;
  policy.key_bytes_max = 2;
  list.add().value = "v";
  add("k", "long value");
  add("long key", "v");
  add("k", "");
  add("kk", "vvv");
  submit();
  ASSERT_EQ(answer.failures().size(), 4U);
  EXPECT_EQ(answer.failures()[0].why, reason::missing_key);
  EXPECT_EQ(answer.failures()[1].why, reason::event_too_large);
  EXPECT_EQ(answer.failures()[2].why, reason::key_too_large);
  EXPECT_EQ(answer.failures()[3].why, reason::empty_event);
  for (const failure& f : answer.failures()) EXPECT_FALSE(f.detail.empty());
  EXPECT_EQ(records_at_kafka(), 1U);
}

TEST_F(IntakeTest, AFullBudgetTakesNothingOfTheRequest) {
  const std::string value(60'000, 'x');
  add("a", value);
  add("b", value);
  EXPECT_EQ(submit(), admission::full);
  EXPECT_EQ(records_at_kafka(), 0U);
  EXPECT_EQ(budget.bytes(), 0);
  EXPECT_EQ(answer.open(), 2U);
}

TEST_F(IntakeTest, RefusesAboveTheHighLevelUntilTheLowOne) {
  ASSERT_TRUE(budget.reserve(80'000));
  add("a", "1");
  EXPECT_EQ(submit(), admission::full);
  budget.release(20'000);
  answer.cancel();
  EXPECT_EQ(submit(), admission::full);
  budget.release(10'000);
  answer.cancel();
  EXPECT_EQ(submit(), admission::taken);
}

TEST_F(IntakeTest, AStuckPartitionIsRefusedWhileOthersFlow) {
  const std::int32_t stuck = partition_of("a", 12);
  std::string other = "b";
  while (partition_of(other, 12) == stuck) other += "b";
  ASSERT_TRUE(orders->reserve(25'001, budget.share_bytes()));
  orders->add_sealed(stuck, 25'000, t0);
  add("a", "1");
  add(other, "2");
  add("a", "3");
  submit();
  EXPECT_EQ(records_at_kafka(), 1U);
  EXPECT_EQ(answer.count(outcome::not_persisted), 2U);
  EXPECT_EQ(answer.failures()[0].why, reason::partition_full);
  expect_budget_matches_records();
}

TEST_F(IntakeTest, ATopicNeverHoldsMoreThanHalfOfTheBudget) {
  const std::string value(1000, 'x');
  const std::vector<std::string> keys = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
  for (int i = 0; i < 60; ++i) {
    list.clear();
    add(keys[static_cast<std::size_t>(i) % keys.size()], value);
    submit();
    answer.cancel();
    EXPECT_LE(orders->in_flight_bytes(), budget.share_bytes());
  }
  EXPECT_EQ(answer.count(outcome::not_persisted), 1U);
  batches.flush_all(t0);
  expect_budget_matches_records();
}

TEST_F(IntakeTest, APartitionNeverHoldsMoreThanAQuarter) {
  const std::string value(1000, 'x');
  for (int i = 0; i < 60; ++i) {
    list.clear();
    add("same", value);
    submit();
    answer.cancel();
    EXPECT_LE(batches.held_bytes(*orders, partition_of("same", 12)), budget.partition_share_bytes());
  }
  EXPECT_GT(orders->in_flight_bytes(), budget.partition_share_bytes() - 2000);
  EXPECT_EQ(answer.failures()[0].why, reason::partition_full);
}

TEST_F(IntakeTest, ARequestIsNotCutWhereItAloneFillsItsPartition) {
  const std::string value(1000, 'x');
  for (int i = 0; i < 30; ++i) add("same", value);
  ASSERT_EQ(submit(), admission::taken);
  EXPECT_GT(batches.held_bytes(*orders, partition_of("same", 12)), budget.partition_share_bytes());
  EXPECT_EQ(records_at_kafka(), 30U);
  EXPECT_EQ(answer.count(outcome::not_persisted), 0U);
  expect_budget_matches_records();
}

TEST_F(IntakeTest, AcceptsAtOnceWhenNobodyWaits) {
  add("a", "1");
  add_invalid();
  submit(ack_level::none);
  EXPECT_EQ(told, 1);
  EXPECT_EQ(answer.accepted(), 1U);
  EXPECT_EQ(kafka.waiting[0]->records()[0].answer_to, nullptr);
}

TEST_F(IntakeTest, KeylessEventsOfOneRequestStayTogether) {
  for (int i = 0; i < 10; ++i) list.add().value = "v";
  submit();
  EXPECT_EQ(kafka.waiting.size(), 1U);
  EXPECT_EQ(kafka.waiting[0]->records()[0].key, nullptr);
}

TEST_F(IntakeTest, ALargeRequestWithoutKeysIsSpread) {
  for (std::uint32_t i = 0; i < 2 * intake::keyless_run_records; ++i) list.add().value = "v";
  submit();
  ASSERT_EQ(kafka.waiting.size(), 2U);
  for (const auto& b : kafka.waiting) EXPECT_EQ(b->records().size(), intake::keyless_run_records);
}

}  // namespace
}  // namespace batching
