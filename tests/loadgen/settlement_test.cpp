#include "loadgen/settlement.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace loadgen {
namespace {

/// A request of events "a", "b", ... whose aggregates are given.
request make_request(const std::vector<std::uint32_t>& aggregates) {
  request what;
  what.buffer.resize(request::head_room + aggregates.size() * 2);
  for (std::uint32_t i = 0; i < aggregates.size(); ++i) {
    what.events.push_back({10 + i, aggregates[i], 2 * i, 1});
    what.body()[2 * i] = static_cast<char>('a' + i);
    what.body()[2 * i + 1] = '\n';
  }
  what.body_size = aggregates.size() * 2;
  return what;
}

answer whole(event_outcome outcome) {
  answer a;
  a.whole = outcome;
  return a;
}

constexpr resend_rules safe{retry_policy::safe, busy_policy::wait, true};

TEST(SettlementTest, AnAckedRequestIsDone) {
  request what = make_request({1, 2, 3});
  fates log;
  counters counts;
  const settled result = settle(what, whole(event_outcome::persisted), safe, log, counts);
  EXPECT_EQ(result.answered, 3U);
  EXPECT_EQ(result.resend, 0U);
  EXPECT_EQ(log.at(9), fate::unsent);
  EXPECT_EQ(log.at(10), fate::acked);
  EXPECT_EQ(log.at(12), fate::acked);
  EXPECT_EQ(counts.outcome(event_outcome::persisted), 3U);
}

TEST(SettlementTest, BusyIsKeptWholeOrCountedByChoice) {
  fates log;
  counters counts;
  request what = make_request({1, 2});
  EXPECT_EQ(settle(what, whole(event_outcome::busy), safe, log, counts).resend, 2U);
  EXPECT_EQ(what.events.size(), 2U);
  EXPECT_EQ(
      settle(what, whole(event_outcome::busy), {retry_policy::safe, busy_policy::count, true}, log, counts).resend, 0U);
  EXPECT_EQ(counts.outcome(event_outcome::busy), 2U);
  EXPECT_EQ(log.at(10), fate::refused);
}

TEST(SettlementTest, NothingIsResentOncePassedByLaterRequests) {
  fates log;
  counters counts;
  request what = make_request({1});
  EXPECT_EQ(settle(what, whole(event_outcome::busy), {retry_policy::all, busy_policy::wait, false}, log, counts).resend,
            0U);
}

TEST(SettlementTest, OnlyTheNotPersistedAreKeptTogether) {
  request what = make_request({1, 2, 3, 4});
  answer said = whole(event_outcome::persisted);
  said.exceptions = {{1, event_outcome::not_persisted}, {2, event_outcome::rejected}, {3, event_outcome::blocked}};
  fates log;
  counters counts;
  const settled result = settle(what, said, safe, log, counts);
  EXPECT_EQ(result.resend, 2U);
  EXPECT_EQ(result.answered, 1U);
  EXPECT_EQ(std::string(what.body(), what.body_size), "b\nd\n");
  EXPECT_EQ(what.events[1].number, 13U);
  EXPECT_EQ(log.at(12), fate::refused);
  EXPECT_EQ(log.at(11), fate::unsent);
}

TEST(SettlementTest, AHoleIsNotFilledBehindItsAggregatesLaterEvent) {
  request what = make_request({7, 7, 8});
  answer said = whole(event_outcome::persisted);
  said.exceptions = {{0, event_outcome::not_persisted}};
  fates log;
  counters counts;
  EXPECT_EQ(settle(what, said, safe, log, counts).resend, 0U);
  EXPECT_EQ(log.at(10), fate::refused);
  EXPECT_EQ(log.at(11), fate::acked);
}

TEST(SettlementTest, UnknownIsResentOnlyWithRetryAll) {
  fates log;
  counters counts;
  request what = make_request({1});
  EXPECT_EQ(
      settle(what, whole(event_outcome::unanswered), {retry_policy::all, busy_policy::wait, true}, log, counts).resend,
      1U);
  EXPECT_EQ(settle(what, whole(event_outcome::unanswered), safe, log, counts).resend, 0U);
  EXPECT_EQ(log.at(10), fate::unknown);
}

}  // namespace
}  // namespace loadgen
