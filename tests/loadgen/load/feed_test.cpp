#include "loadgen/load/feed.h"

#include <gtest/gtest.h>

#include "loadgen/events/mark.h"
#include "loadgen/events/replay.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/wire/request.h"

namespace loadgen::load {
namespace {

using namespace std::chrono_literals;

constexpr const char* file = R"({"aggregateId":"a","timestamp":"2026-01-01T00:00:00Z","n":1}
{"aggregateId":"b","timestamp":"2026-01-01T00:00:01.500Z"}

  {"aggregate_id":7,"ts":1767225602}  )"
                             "\r\n{}\n"
                             R"({"aggregateId":"a","timestamp":"2026-01-01T00:00:01Z"})";

TEST(FeedTest, AFeedSendsWhatIsDueOfItsOwnAggregates) {
  plan::run_plan plan;
  plan.replay = std::make_shared<const events::replay_file>(events::replay_file::parse(file, "", 1));
  plan.aggregates = plan.replay->aggregates();
  plan.connections = 2;
  plan.batch = 10;
  plan.run = 0xabc;
  plan.event_size_max = plan.replay->largest();
  const auto feed = make_feed(plan, 0, 0, 0);
  wire::request what;
  EXPECT_EQ(feed->due(), 0ns);
  feed->fill(what, 10ms);
  ASSERT_EQ(what.events.size(), 1U) << "aggregate a's second event is due later";
  const std::string event(what.event(what.events[0]));
  const auto found = events::find_mark(event, "00000abc", 0);
  ASSERT_TRUE(found);
  std::string scratch;
  EXPECT_EQ(events::checksum_without_sum(event, found->at, scratch), found->value.sum);
  EXPECT_EQ(feed->due(), 2s);
  feed->fill(what, 5s);
  EXPECT_EQ(what.events.size(), 2U);
  EXPECT_TRUE(feed->empty());
}

}  // namespace
}  // namespace loadgen::load
