#include "batching/ack.h"

#include <gtest/gtest.h>

#include "batching/ack_pool.h"

namespace batching {
namespace {

struct listening final : ack_listener {
  void on_acked(ack&) noexcept override { ++told; }
  int told = 0;
};

TEST(AckTest, TellsItsListenerOnceWhenTheLastEventIsSettledAndItIsSealed) {
  ack a;
  listening l;
  a.begin(&l, 2, false);
  a.settle_persisted(0, 1, 10);
  a.settle_persisted(1, 1, 11);
  EXPECT_EQ(l.told, 0);
  a.seal();
  EXPECT_EQ(l.told, 1);
}

TEST(AckTest, TellsWhenSettledAfterTheSeal) {
  ack a;
  listening l;
  a.begin(&l, 1, false);
  a.seal();
  EXPECT_EQ(l.told, 0);
  a.settle_failed(0, outcome::not_persisted, reason::topic_gone);
  EXPECT_EQ(l.told, 1);
}

TEST(AckTest, AnOffsetThatKafkaDidNotNameIsNotTakenForTheFirst) {
  ack a;
  listening l;
  a.begin(&l, 4, true);
  a.settle_persisted(0, 4, -1);
  a.settle_persisted(1, 4, 120);
  a.settle_persisted(2, 4, -1);
  a.settle_persisted(3, 5, -1);
  a.seal();
  EXPECT_EQ(a.count(outcome::persisted), 4U);
  ASSERT_EQ(a.partitions().size(), 2U);
  EXPECT_EQ(a.partitions()[0].events, 3U);
  EXPECT_EQ(a.partitions()[0].first_offset, 120);
  EXPECT_EQ(a.partitions()[0].last_offset, 120);
  EXPECT_EQ(a.partitions()[1].first_offset, -1);
  EXPECT_EQ(a.partitions()[1].last_offset, -1);
  EXPECT_EQ(a.positions()[2].partition, 4);
}

TEST(AckTest, SumsUpWhatBecameOfEachEvent) {
  ack a;
  listening l;
  a.begin(&l, 5, true);
  a.settle_persisted(4, 7, 88);
  a.settle_persisted(1, 4, 121);
  a.settle_persisted(0, 4, 120);
  a.settle_failed(3, outcome::blocked, reason::aggregate_fenced);
  a.settle_failed(2, outcome::rejected, reason::invalid_json, "line 3, byte 17: expected ':' after a key");
  a.seal();
  EXPECT_EQ(a.count(outcome::persisted), 3U);
  EXPECT_EQ(a.count(outcome::rejected), 1U);
  EXPECT_EQ(a.count(outcome::blocked), 1U);
  ASSERT_EQ(a.partitions().size(), 2U);
  EXPECT_EQ(a.partitions()[0].partition, 4);
  EXPECT_EQ(a.partitions()[0].first_offset, 120);
  EXPECT_EQ(a.partitions()[0].last_offset, 121);
  EXPECT_EQ(a.partitions()[1].partition, 7);
  ASSERT_EQ(a.failures().size(), 2U);
  EXPECT_EQ(a.failures()[0].index, 2U);
  EXPECT_EQ(a.failures()[1].index, 3U);
  EXPECT_EQ(a.positions()[1].offset, 121);
  EXPECT_EQ(a.positions()[2].offset, -1);
}

TEST(AckTest, KnowsWhichEventsAreStillOpen) {
  ack a;
  listening l;
  a.begin(&l, 130, false);
  for (std::uint32_t i = 0; i < 130; ++i)
    if (i != 0 && i != 64 && i != 129) a.settle_persisted(i, 0, i);
  EXPECT_EQ(a.open_indexes(), (std::vector<std::uint32_t>{0, 64, 129}));
}

TEST(AckTest, CountsAcceptedEventsApart) {
  ack a;
  listening l;
  a.begin(&l, 2, false);
  a.settle_accepted(0);
  a.settle_failed(1, outcome::rejected, reason::missing_key);
  a.seal();
  EXPECT_EQ(a.accepted(), 1U);
  EXPECT_EQ(a.count(outcome::persisted), 0U);
  EXPECT_EQ(l.told, 1);
}

TEST(AckTest, StartsAfreshWhenItBeginsAgain) {
  ack a;
  listening l;
  a.begin(&l, 1, true);
  a.settle_failed(0, outcome::rejected, reason::invalid_json);
  a.seal();
  a.begin(&l, 1, false);
  EXPECT_EQ(a.open(), 1U);
  EXPECT_TRUE(a.failures().empty());
  EXPECT_TRUE(a.partitions().empty());
  EXPECT_EQ(a.count(outcome::rejected), 0U);
}

TEST(AckPoolTest, ADetachedAckReturnsWithItsLastRecord) {
  ack_pool pool;
  listening l;
  ack& a = pool.take();
  a.begin(&l, 2, false);
  a.settle_persisted(0, 0, 0);
  a.seal();
  a.detach();
  EXPECT_EQ(pool.in_use(), 1U);
  a.settle_persisted(1, 0, 1);
  EXPECT_EQ(pool.in_use(), 0U);
  EXPECT_EQ(l.told, 0);
}

TEST(AckPoolTest, GivesOutAReturnedAckAgain) {
  ack_pool pool;
  ack& a = pool.take();
  pool.take_back(a);
  EXPECT_EQ(&pool.take(), &a);
  pool.take_back(a);
}

TEST(AckPoolTest, ChargesWhatFailuresHoldUntilTheAckIsGivenBack) {
  in_flight budget(1 << 30, 1 << 29, 1 << 28);
  ack_pool pool(&budget);
  listening l;
  constexpr std::uint32_t events = 50'000;
  ack& a = pool.take();
  a.begin(&l, events, false);
  for (std::uint32_t i = 0; i < events; ++i)
    a.settle_failed(i, outcome::rejected, reason::empty_event, "the same words");
  EXPECT_GE(budget.bytes(), static_cast<std::int64_t>(events * sizeof(failure)));
  EXPECT_GE(budget.bytes() + static_cast<std::int64_t>(ack::uncharged_bytes),
            static_cast<std::int64_t>(a.memory_bytes()));
  EXPECT_LE(a.memory_bytes(), events * 3 * sizeof(failure));
  a.seal();
  pool.take_back(a);
  EXPECT_EQ(budget.bytes(), 0);
}

TEST(AckPoolTest, PositionsAreChargedToo) {
  in_flight budget(1 << 30, 1 << 29, 1 << 28);
  ack_pool pool(&budget);
  ack& a = pool.take();
  a.begin(nullptr, 10'000, true);
  EXPECT_GE(budget.bytes(), 10'000 * static_cast<std::int64_t>(sizeof(position)));
  a.cancel();
  pool.take_back(a);
  EXPECT_EQ(budget.bytes(), 0);
}

TEST(AckTest, DetailsAreBoundedTogetherAndKeptOnceWhereTheyAreTheSame) {
  ack a;
  listening l;
  constexpr std::uint32_t events = 2000;
  a.begin(&l, 2 * events, false);
  for (std::uint32_t i = 0; i < events; ++i)
    a.settle_failed(i, outcome::rejected, reason::invalid_json, std::string("always the same"));
  for (std::uint32_t i = 0; i < events; ++i)
    a.settle_failed(events + i, outcome::rejected, reason::invalid_json, std::to_string(i) + std::string(100, 'x'));
  EXPECT_EQ(a.failures()[events - 1].detail, "always the same");
  EXPECT_EQ(a.failures()[events].detail, "0" + std::string(100, 'x'));
  EXPECT_EQ(a.failures()[2 * events - 1].detail, "");
  std::size_t different = 0;
  for (const failure& f : a.failures().subspan(events)) different += f.detail.size();
  EXPECT_LE(different, ack::details_bytes_max);
}

}  // namespace
}  // namespace batching
