#include "metrics/collect.h"

#include <gtest/gtest.h>

#include "metrics/process.h"

using namespace std::chrono_literals;
using metrics::lane_recorder;
using metrics::listener;
using metrics::route;
using metrics::snapshot;

namespace {

snapshot with_topics(std::initializer_list<const char*> names) {
  snapshot s;
  for (const char* name : names) {
    auto& row = s.topics.emplace_back();
    row.topic = name;
    row.id = static_cast<std::uint32_t>(s.topics.size() - 1);
  }
  return s;
}

}  // namespace

TEST(CollectTest, SumsTopicsOverLanes) {
  lane_recorder a, b;
  a.of_topic(1).events_in[0].add(3);
  b.of_topic(1).events_in[0].add(4);
  b.of_topic(1).outcomes[5].add(9);
  a.of_topic(0).batches.add(2);
  snapshot s = with_topics({"zebra", "ant"});
  metrics::add_lane(s, a);
  metrics::add_lane(s, b);
  metrics::finish(s);
  ASSERT_EQ(s.topics.size(), 2u);
  EXPECT_EQ(s.topics[0].topic, "ant");
  EXPECT_EQ(s.topics[0].events_in[0], 7u);
  EXPECT_EQ(s.topics[0].settled[5], 9u);
  EXPECT_EQ(s.topics[1].batches, 2u);
}

TEST(CollectTest, PublishLagIsTheLargestOverLanes) {
  lane_recorder a, b;
  a.of_topic(0).oldest_unsettled_us = 2'500'000;
  b.of_topic(0).oldest_unsettled_us = 1'000'000;
  snapshot s = with_topics({"t"});
  metrics::add_lane(s, a);
  metrics::add_lane(s, b);
  EXPECT_DOUBLE_EQ(s.topics[0].publish_lag_seconds, 2.5);
}

TEST(CollectTest, MergesRequestsOfAllLanesIntoOneRowEach) {
  lane_recorder a, b;
  a.request(listener::http, route::events, 503, 1ms);
  a.request(listener::http, route::events, 200, 1ms);
  b.request(listener::http, route::events, 200, 3ms);
  b.request(listener::tcp, route::frame, 0, 3ms);
  snapshot s;
  metrics::add_lane(s, a);
  metrics::add_lane(s, b);
  metrics::finish(s);
  ASSERT_EQ(s.requests.size(), 3u);
  EXPECT_EQ(s.requests[0].status, 200);
  EXPECT_EQ(s.requests[0].count, 2u);
  EXPECT_EQ(s.requests[1].status, 503);
  EXPECT_EQ(s.requests[2].on, listener::tcp);
  EXPECT_EQ(s.by_listener[0].request_us.total(), 3u);
  EXPECT_EQ(s.by_listener[0].request_us.sum, 5000u);
}

TEST(CollectTest, TheAdminListenerIsToldApart) {
  lane_recorder clients, admin;
  clients.request(listener::http, route::readyz, 200, 1ms);
  admin.request(listener::http, route::readyz, 200, 1ms);
  admin.connections_opened[0].add(2);
  snapshot s;
  metrics::add_lane(s, clients);
  metrics::add_admin_lane(s, admin);
  metrics::finish(s);
  ASSERT_EQ(s.requests.size(), 2u);
  EXPECT_EQ(s.requests[0].on, listener::http);
  EXPECT_EQ(s.requests[1].on, listener::admin);
  EXPECT_EQ(s.by_listener[0].request_us.total(), 1u);
  EXPECT_EQ(s.by_listener[3].request_us.total(), 1u);
  EXPECT_EQ(s.by_listener[3].connections_opened, 2u);
  EXPECT_TRUE(s.by_listener[3].on);
}

TEST(CollectTest, InFlightIsAdmittedLessSettled) {
  lane_recorder a, b;
  a.records_admitted.add(100);
  a.records_settled.add(90);
  b.records_admitted.add(7);
  snapshot s;
  metrics::add_lane(s, a);
  metrics::add_lane(s, b);
  metrics::finish(s);
  EXPECT_EQ(s.in_flight.records, 17);
  EXPECT_EQ(s.records_admitted, s.records_settled + 17);
}

TEST(CollectTest, HappeningsComeFromTheirCatalogue) {
  snapshot s;
  metrics::finish(s);
  EXPECT_FALSE(s.happenings.empty());
}

TEST(ProcessTest, ReadsWhatTheKernelSays) {
  const auto p = metrics::read_process();
  EXPECT_GT(p.resident_bytes, 500'000u);
  EXPECT_GT(p.virtual_bytes, p.resident_bytes);
  EXPECT_GE(p.open_fds, 3u);
  EXPECT_LT(p.open_fds, 1000u);
  EXPECT_GE(p.max_fds, p.open_fds);
  EXPECT_GE(p.threads, 1u);
  EXPECT_GT(p.start_time_seconds, 1.6e9);
  EXPECT_GT(p.uptime_seconds, 0);
  EXPECT_LT(p.uptime_seconds, 3600);
  EXPECT_GT(p.cpu_seconds, 0);
  EXPECT_EQ(metrics::read_process().start_time_seconds, p.start_time_seconds);
}
