#include "loadgen/measure/tally.h"

#include <gtest/gtest.h>

namespace loadgen::measure {
namespace {

using answers::event_outcome;
using answers::fate;

tally one_of_each() {
  tally t;
  std::uint64_t next = 1;
  counters& c = t.counts;
  for (std::uint64_t* each :
       {&c.requests, &c.events_sent, &c.events_resent, &c.events_unsent, &c.bytes_sent, &c.event_bytes, &c.busy_answers,
        &c.connects, &c.connect_failures, &c.connections_broken, &c.timeouts, &c.bad_answers}) {
    *each = next++;
  }
  for (std::uint64_t& each : c.outcomes) each = next++;
  t.statuses[503] = 4;
  t.complain("full", 3);
  return t;
}

TEST(TallyTest, MergingTwiceDoublesEveryCount) {
  const tally single = one_of_each();
  tally both = one_of_each();
  both.merge(single);
  const counters& c = both.counts;
  const counters& s = single.counts;
  EXPECT_EQ(c.requests, 2 * s.requests);
  EXPECT_EQ(c.events_sent, 2 * s.events_sent);
  EXPECT_EQ(c.events_resent, 2 * s.events_resent);
  EXPECT_EQ(c.events_unsent, 2 * s.events_unsent);
  EXPECT_EQ(c.bytes_sent, 2 * s.bytes_sent);
  EXPECT_EQ(c.event_bytes, 2 * s.event_bytes);
  EXPECT_EQ(c.busy_answers, 2 * s.busy_answers);
  EXPECT_EQ(c.connects, 2 * s.connects);
  EXPECT_EQ(c.connect_failures, 2 * s.connect_failures);
  EXPECT_EQ(c.connections_broken, 2 * s.connections_broken);
  EXPECT_EQ(c.timeouts, 2 * s.timeouts);
  EXPECT_EQ(c.bad_answers, 2 * s.bad_answers);
  EXPECT_EQ(c.settled(), 2 * s.settled());
  EXPECT_EQ(both.statuses.at(503), 8U);
  EXPECT_EQ(both.complaints.at("full"), 6U);
}

TEST(TallyTest, EveryOutcomeHasOneFate) {
  const counters c = one_of_each().counts;
  EXPECT_EQ(c.with_fate(fate::acked), c.outcome(event_outcome::persisted) + c.outcome(event_outcome::duplicate));
  EXPECT_EQ(c.with_fate(fate::acked) + c.with_fate(fate::refused) + c.with_fate(fate::unknown), c.settled());
}

TEST(TallyTest, DifferentComplaintsAreBounded) {
  tally t;
  for (int i = 0; i < 1000; ++i) t.complain("complaint " + std::to_string(i));
  t.complain("complaint 0", 5);
  t.complain("");
  EXPECT_EQ(t.complaints.size(), tally::complaints_max);
  EXPECT_EQ(t.complaints.at("complaint 0"), 6U);
}

TEST(TallyTest, ClearForgetsEverything) {
  tally t = one_of_each();
  t.clear();
  EXPECT_EQ(t.counts.settled() + t.counts.requests, 0U);
  EXPECT_TRUE(t.statuses.empty());
  EXPECT_TRUE(t.complaints.empty());
}

}  // namespace
}  // namespace loadgen::measure
