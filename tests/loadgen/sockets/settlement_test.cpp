#include "loadgen/sockets/settlement.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "loadgen/answers/answer.h"
#include "loadgen/answers/fates.h"
#include "loadgen/answers/outcome.h"
#include "loadgen/measure/tally.h"
#include "loadgen/plan/options.h"
#include "loadgen/wire/request.h"

namespace loadgen::sockets {
namespace {

/// A request of events "a", "b", ... whose aggregates are given.
wire::request make_request(const std::vector<std::uint32_t>& aggregates) {
  wire::request what;
  what.buffer.resize(wire::request::head_room + aggregates.size() * 2);
  for (std::uint32_t i = 0; i < aggregates.size(); ++i) {
    what.events.push_back({10 + i, aggregates[i], 2 * i, 1});
    what.body()[2 * i] = static_cast<char>('a' + i);
    what.body()[2 * i + 1] = '\n';
  }
  what.body_size = aggregates.size() * 2;
  return what;
}

answers::answer whole(answers::event_outcome outcome) {
  answers::answer a;
  a.whole = outcome;
  return a;
}

constexpr resend_rules safe{plan::retry_policy::safe, plan::busy_policy::wait, true};

TEST(SettlementTest, AnAckedRequestIsDone) {
  wire::request what = make_request({1, 2, 3});
  answers::fates log;
  measure::counters counts;
  const settled result = settle(what, whole(answers::event_outcome::persisted), safe, log, counts);
  EXPECT_EQ(result.answered, 3U);
  EXPECT_EQ(result.resend, 0U);
  EXPECT_EQ(log.at(9), answers::fate::unsent);
  EXPECT_EQ(log.at(10), answers::fate::acked);
  EXPECT_EQ(log.at(12), answers::fate::acked);
  EXPECT_EQ(counts.outcome(answers::event_outcome::persisted), 3U);
}

TEST(SettlementTest, BusyIsKeptWholeOrCountedByChoice) {
  answers::fates log;
  measure::counters counts;
  wire::request what = make_request({1, 2});
  EXPECT_EQ(settle(what, whole(answers::event_outcome::busy), safe, log, counts).resend, 2U);
  EXPECT_EQ(what.events.size(), 2U);
  EXPECT_EQ(settle(what, whole(answers::event_outcome::busy),
                   {plan::retry_policy::safe, plan::busy_policy::count, true}, log, counts)
                .resend,
            0U);
  EXPECT_EQ(counts.outcome(answers::event_outcome::busy), 2U);
  EXPECT_EQ(log.at(10), answers::fate::refused);
}

TEST(SettlementTest, NothingIsResentOncePassedByLaterRequests) {
  answers::fates log;
  measure::counters counts;
  wire::request what = make_request({1});
  EXPECT_EQ(settle(what, whole(answers::event_outcome::busy), {plan::retry_policy::all, plan::busy_policy::wait, false},
                   log, counts)
                .resend,
            0U);
}

TEST(SettlementTest, OnlyTheNotPersistedAreKeptTogether) {
  wire::request what = make_request({1, 2, 3, 4});
  answers::answer said = whole(answers::event_outcome::persisted);
  said.exceptions = {{1, answers::event_outcome::not_persisted},
                     {2, answers::event_outcome::rejected},
                     {3, answers::event_outcome::blocked}};
  answers::fates log;
  measure::counters counts;
  const settled result = settle(what, said, safe, log, counts);
  EXPECT_EQ(result.resend, 2U);
  EXPECT_EQ(result.answered, 1U);
  EXPECT_EQ(std::string(what.body(), what.body_size), "b\nd\n");
  EXPECT_EQ(what.events[1].number, 13U);
  EXPECT_EQ(log.at(12), answers::fate::refused);
  EXPECT_EQ(log.at(11), answers::fate::unsent);
}

TEST(SettlementTest, AHoleIsNotFilledBehindItsAggregatesLaterEvent) {
  wire::request what = make_request({7, 7, 8});
  answers::answer said = whole(answers::event_outcome::persisted);
  said.exceptions = {{0, answers::event_outcome::not_persisted}};
  answers::fates log;
  measure::counters counts;
  EXPECT_EQ(settle(what, said, safe, log, counts).resend, 0U);
  EXPECT_EQ(log.at(10), answers::fate::refused);
  EXPECT_EQ(log.at(11), answers::fate::acked);
}

TEST(SettlementTest, UnknownIsResentOnlyWithRetryAll) {
  answers::fates log;
  measure::counters counts;
  wire::request what = make_request({1});
  EXPECT_EQ(settle(what, whole(answers::event_outcome::unanswered),
                   {plan::retry_policy::all, plan::busy_policy::wait, true}, log, counts)
                .resend,
            1U);
  EXPECT_EQ(settle(what, whole(answers::event_outcome::unanswered), safe, log, counts).resend, 0U);
  EXPECT_EQ(log.at(10), answers::fate::unknown);
}

}  // namespace
}  // namespace loadgen::sockets
