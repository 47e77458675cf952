#include "batching/batcher.h"

#include <gtest/gtest.h>

#include "tests/batching/recording_publisher.h"

namespace batching {
namespace {

using namespace std::chrono_literals;
using testing::make_topic;
using testing::recording_home;
using testing::recording_publisher;

struct BatcherTest : ::testing::Test {
  void put(std::int32_t partition, int records, clock::time_point now) {
    for (int i = 0; i < records; ++i)
      batches.open(orders, partition, now).append("key", true, "value", {}, nullptr, static_cast<std::uint32_t>(i));
  }
  void settle_oldest() {
    kafka.persist_oldest(0);
    batches.on_settled(*home.returned.back(), t0);
  }

  recording_home home;
  recording_publisher kafka;
  std::shared_ptr<topic> orders = make_topic("orders", 0, 12);
  batcher batches{home, kafka, {100, 10'000, 5ms}};
  clock::time_point t0{1s};
};

TEST_F(BatcherTest, AnIdlePartitionSendsAtTheCyclesEnd) {
  put(3, 2, t0);
  EXPECT_EQ(batches.flush(t0), clock::time_point::max());
  ASSERT_EQ(kafka.waiting.size(), 1U);
  EXPECT_EQ(kafka.waiting[0]->records().size(), 2U);
  EXPECT_EQ(kafka.waiting[0]->partition(), 3);
}

TEST_F(BatcherTest, WhileOneIsInFlightWhatArrivesIsTheNextBatch) {
  put(3, 1, t0);
  batches.flush(t0);
  put(3, 4, t0 + 1ms);
  EXPECT_EQ(batches.flush(t0 + 1ms), t0 + 6ms);
  put(3, 5, t0 + 2ms);
  batches.flush(t0 + 2ms);
  EXPECT_EQ(kafka.waiting.size(), 1U);
  settle_oldest();
  batches.flush(t0 + 3ms);
  ASSERT_EQ(kafka.waiting.size(), 1U);
  EXPECT_EQ(kafka.waiting[0]->records().size(), 9U);
}

TEST_F(BatcherTest, LingerIsTheLongestABusyPartitionWaits) {
  put(3, 1, t0);
  batches.flush(t0);
  put(3, 1, t0 + 1ms);
  batches.flush(t0 + 5ms);
  EXPECT_EQ(kafka.waiting.size(), 1U);
  batches.flush(t0 + 6ms);
  EXPECT_EQ(kafka.waiting.size(), 2U);
}

TEST_F(BatcherTest, ABusyPartitionDoesNotHoldUpAnIdleOne) {
  put(3, 1, t0);
  batches.flush(t0);
  put(3, 1, t0);
  put(4, 1, t0);
  batches.flush(t0);
  ASSERT_EQ(kafka.waiting.size(), 2U);
  EXPECT_EQ(kafka.waiting[1]->partition(), 4);
}

// Twenty milliseconds of one record a partition and cycle, twenty cycles a millisecond, everything settled at once.
struct BusyBatcherTest : BatcherTest {
  void arrive(int partitions, int records_each) {
    for (int cycle = 0; cycle < 400; ++cycle, t0 += 50us) {
      for (int p = 0; p < partitions; ++p) put(p, records_each, t0);
      batches.flush(t0);
      settle_all();
    }
    batches.flush_all(t0);
    settle_all();
    kafka.waiting.clear();
  }
  void settle_all() {
    while (!kafka.waiting.empty()) settle_oldest();
  }
};

TEST_F(BusyBatcherTest, IdlePartitionsWaitTogetherWhenSendingAtOnceWouldMakeTooManyRequests) {
  arrive(1, 1);
  put(3, 1, t0);
  EXPECT_GT(batches.flush(t0), t0);
  put(4, 1, t0 + 100us);
  batches.flush(t0 + 100us);
  EXPECT_TRUE(kafka.waiting.empty());
  EXPECT_EQ(batches.flush(t0 + 5ms), clock::time_point::max());
  EXPECT_EQ(kafka.waiting.size(), 2U);
}

TEST_F(BusyBatcherTest, AWaveLeavesWhenNobodyComesAnyMore) {
  arrive(1, 1);
  put(3, 1, t0);
  const auto due = batches.flush(t0);
  EXPECT_GE(due, t0 + arrivals::silence_min);
  EXPECT_LT(due, t0 + 1ms);
  EXPECT_EQ(batches.flush(due), clock::time_point::max());
  EXPECT_EQ(kafka.waiting.size(), 1U);
}

TEST_F(BusyBatcherTest, AWaveWaitsNoLongerThanLingerHoweverManyCome) {
  arrive(12, 1);
  for (const auto end = t0 + 10ms; kafka.waiting.empty() && t0 < end; t0 += 50us) {
    put(3, 1, t0);
    batches.flush(t0);
  }
  ASSERT_EQ(kafka.waiting.size(), 1U);
  EXPECT_LE(kafka.waiting[0]->sealed_at - kafka.waiting[0]->opened_at, 5ms);
}

TEST_F(BusyBatcherTest, TheMoreArriveTheShorterTheWait) {
  arrive(1, 20);
  for (const auto end = t0 + 5ms; kafka.waiting.empty() && t0 < end; t0 += 50us) {
    put(3, 1, t0);
    batches.flush(t0);
  }
  ASSERT_FALSE(kafka.waiting.empty());
  EXPECT_LT(kafka.waiting[0]->sealed_at - kafka.waiting[0]->opened_at, 1ms);
}

TEST_F(BusyBatcherTest, AfterAPauseNothingWaits) {
  arrive(12, 1);
  put(3, 1, t0 + 1s);
  EXPECT_EQ(batches.flush(t0 + 1s), clock::time_point::max());
  EXPECT_EQ(kafka.waiting.size(), 1U);
}

TEST_F(BusyBatcherTest, WithoutLingerNothingWaits) {
  batcher at_once{home, kafka, {100, 10'000, 0ms}};
  for (int i = 0; i < 400; ++i, t0 += 50us) {
    at_once.open(orders, 3, t0).append("key", true, "value", {}, nullptr, 0);
    EXPECT_EQ(at_once.flush(t0), clock::time_point::max());
    while (!kafka.waiting.empty()) {
      kafka.persist_oldest(0);
      at_once.on_settled(*home.returned.back(), t0);
    }
  }
}

TEST_F(BatcherTest, SealsAtTheBoundOfRecords) {
  put(3, 101, t0);
  ASSERT_EQ(kafka.waiting.size(), 1U);
  EXPECT_EQ(kafka.waiting[0]->records().size(), 100U);
  EXPECT_EQ(batches.open_batches(), 1U);
}

TEST_F(BatcherTest, SealsAtTheBoundOfBytes) {
  const std::string value(6000, 'x');
  for (std::uint32_t i = 0; i < 3; ++i) batches.open(orders, 3, t0).append("k", true, value, {}, nullptr, i);
  ASSERT_EQ(kafka.waiting.size(), 1U);
  EXPECT_EQ(kafka.waiting[0]->records().size(), 2U);
}

TEST_F(BatcherTest, KeepsTheOrderOfOnePartitionOverBatches) {
  for (std::uint32_t i = 0; i < 250; ++i) batches.open(orders, 1, t0).append("k", true, "v", {}, nullptr, i);
  batches.flush_all(t0);
  std::uint32_t expected = 0;
  for (const auto& b : kafka.waiting)
    for (const record& r : b->records()) EXPECT_EQ(r.index, expected++);
  EXPECT_EQ(expected, 250U);
}

TEST_F(BatcherTest, CountsWhatAPartitionHoldsOpenAndSealed) {
  put(3, 2, t0);
  const std::int64_t cost = batches.held_bytes(*orders, 3);
  EXPECT_GT(cost, 0);
  batches.flush(t0);
  EXPECT_EQ(kafka.waiting[0]->cost_bytes(), cost);
  EXPECT_EQ(orders->in_flight_bytes(3), cost);
  EXPECT_EQ(batches.held_bytes(*orders, 4), 0);
  settle_oldest();
  EXPECT_EQ(batches.held_bytes(*orders, 3), 0);
  EXPECT_EQ(batches.batches_in_flight(), 0U);
}

TEST_F(BatcherTest, KnowsTheOldestUnsettledRecord) {
  EXPECT_EQ(batches.oldest_unsettled(0), clock::time_point::max());
  put(3, 1, t0);
  batches.flush(t0);
  put(4, 1, t0 + 2ms);
  batches.flush(t0 + 2ms);
  EXPECT_EQ(batches.oldest_unsettled(0), t0);
  settle_oldest();
  EXPECT_EQ(batches.oldest_unsettled(0), t0 + 2ms);
}

TEST_F(BatcherTest, UsesARecycledBatchAgain) {
  put(3, 1, t0);
  batches.flush(t0);
  settle_oldest();
  const batch* first = home.returned.back().get();
  batches.recycle(std::move(home.returned.back()));
  EXPECT_EQ(&batches.open(orders, 5, t0), first);
  EXPECT_EQ(batches.spare_bytes(), 0U);
}

TEST_F(BatcherTest, KeepsSoMuchMemoryForLaterAndNoMore) {
  const std::string value(200 * 1024, 'v');
  for (int i = 0; i < 100; ++i) {
    auto used = std::make_unique<batch>(home, orders, 0);
    used->append("key", true, value, {}, nullptr, 0);
    batches.recycle(std::move(used));
  }
  EXPECT_LE(batches.spare_bytes(), batcher::spare_bytes_max);
  EXPECT_GT(batches.spare_bytes(), batcher::spare_bytes_max - 2 * value.size());
}

// Its clients may have sent the same events elsewhere meanwhile, and then later ones.
TEST_F(BatcherTest, WhatALaneHeldWhileItStoodStillIsNotPersisted) {
  put(3, 2, t0);
  batches.flush(t0 + 2s);
  EXPECT_TRUE(kafka.waiting.empty());
  ASSERT_EQ(home.returned.size(), 1U);
  ASSERT_EQ(home.returned[0]->ranges().size(), 1U);
  EXPECT_EQ(home.returned[0]->ranges()[0].fate, outcome::not_persisted);
  EXPECT_EQ(home.returned[0]->ranges()[0].count, 2U);
  batches.on_settled(*home.returned[0], t0 + 2s);
  EXPECT_EQ(batches.batches_in_flight(), 0U);
  EXPECT_EQ(orders->in_flight_bytes(3), 0);
}

TEST_F(BatcherTest, OnePartitionIsHandedOverAtOnce) {
  put(3, 1, t0);
  batches.flush(t0);
  put(3, 2, t0 + 1ms);
  put(4, 1, t0 + 1ms);
  batches.hand_over(*orders, 3, t0 + 1ms);
  batches.hand_over(*orders, 5, t0 + 1ms);
  ASSERT_EQ(kafka.waiting.size(), 2U);
  EXPECT_EQ(kafka.waiting[1]->records().size(), 2U);
  put(3, 1, t0 + 1ms);
  batches.flush_all(t0 + 2ms);
  EXPECT_EQ(kafka.waiting.size(), 4U);
  EXPECT_EQ(batches.open_batches(), 0U);
}

TEST_F(BatcherTest, ABatchKnowsWhenEachOfItsRecordsWasAdmitted) {
  put(3, 1, t0);
  batches.flush(t0);
  batches.set_wall_time(1000);
  put(3, 2, t0 + 1ms);
  batches.flush(t0 + 1ms);
  batches.set_wall_time(1001);
  put(3, 1, t0 + 2ms);
  batches.flush_all(t0 + 2ms);
  const batch& b = *kafka.waiting.at(1);
  ASSERT_EQ(b.admissions().size(), 2U);
  EXPECT_EQ(b.admission_of(1).wall_ms, 1000);
  EXPECT_EQ(b.admission_of(2).wall_ms, 1001);
  EXPECT_EQ(b.admission_of(2).at, t0 + 2ms);
}

}  // namespace
}  // namespace batching
