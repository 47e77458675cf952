#include "metrics/recorder.h"

#include <gtest/gtest.h>

#include <thread>

using namespace std::chrono_literals;
using metrics::lane_recorder;
using metrics::listener;
using metrics::log2_histogram;
using metrics::route;

TEST(Log2HistogramTest, BucketHoldsValuesBelowItsPowerOfTwo) {
  log2_histogram h;
  for (const std::uint64_t v : {0, 1, 2, 3, 4, 1023, 1024}) h.observe(v);
  EXPECT_EQ(h.bucket(0), 1u);   // 0
  EXPECT_EQ(h.bucket(1), 1u);   // 1
  EXPECT_EQ(h.bucket(2), 2u);   // 2, 3
  EXPECT_EQ(h.bucket(3), 1u);   // 4
  EXPECT_EQ(h.bucket(10), 1u);  // 1023
  EXPECT_EQ(h.bucket(11), 1u);  // 1024
  EXPECT_EQ(h.sum(), 0u + 1 + 2 + 3 + 4 + 1023 + 1024);
}

TEST(Log2HistogramTest, LastBucketHoldsWhateverIsLarger) {
  log2_histogram h;
  h.observe(std::uint64_t{1} << 35);
  h.observe(~std::uint64_t{0} >> 1);
  EXPECT_EQ(h.bucket(log2_histogram::buckets - 1), 2u);
}

TEST(LaneRecorderTest, CountsEveryStatusOfEveryRouteApart) {
  lane_recorder lane;
  std::uint64_t n = 0;
  const auto each = [](auto&& f) {
    for (std::size_t l = 0; l < metrics::listeners; ++l)
      for (std::size_t r = 0; r < metrics::routes; ++r)
        for (const int status : lane_recorder::known_statuses)
          f(static_cast<listener>(l), static_cast<route>(r), status);
  };
  each([&](listener l, route r, int status) {
    ++n;
    for (std::uint64_t i = 0; i < n % 7; ++i) lane.request(l, r, status, 1us);
  });
  n = 0;
  each([&](listener l, route r, int status) { EXPECT_EQ(lane.requests(l, r, status), ++n % 7); });
}

TEST(LaneRecorderTest, CountsUnknownStatusesAsOther) {
  lane_recorder lane;
  for (const int status : {99, 299, 418, 599, 1000}) lane.request(listener::http, route::events, status, 1us);
  EXPECT_EQ(lane.requests(listener::http, route::events, lane_recorder::status_other), 5u);
  EXPECT_EQ(lane.requests(listener::http, route::events, 418), 5u);
}

TEST(LaneRecorderTest, NegativeDurationsCountAsZero) {
  lane_recorder lane;
  lane.request(listener::tcp, route::frame, 0, -5us);
  EXPECT_EQ(lane.request_us[1].bucket(0), 1u);
  EXPECT_EQ(lane.request_us[1].sum(), 0u);
}

TEST(LaneRecorderTest, TopicsKeepTheirPlaceWhenOthersArrive) {
  lane_recorder lane;
  EXPECT_EQ(lane.find_topic(300), nullptr);
  auto& first = lane.of_topic(300);
  first.batches.add(3);
  for (std::uint32_t id = 0; id < 5000; ++id)
    if (id != 300) lane.of_topic(id).batches.add(1);
  EXPECT_EQ(&first, &lane.of_topic(300));
  EXPECT_EQ(lane.find_topic(300)->batches.value(), 3u);
}

TEST(LaneRecorderTest, TopicsBeyondTheBoundShareTheLastPlace) {
  lane_recorder lane;
  EXPECT_EQ(&lane.of_topic(lane_recorder::topics_max - 1), &lane.of_topic(lane_recorder::topics_max));
  EXPECT_EQ(&lane.of_topic(~0u), &lane.of_topic(lane_recorder::topics_max));
  EXPECT_NE(&lane.of_topic(lane_recorder::topics_max - 2), &lane.of_topic(lane_recorder::topics_max));
}

TEST(LaneRecorderTest, ScraperSeesExactCountsOnceTheWriterIsDone) {
  lane_recorder lane;
  std::jthread writer([&] {
    for (std::uint32_t i = 0; i < 100'000; ++i) lane.of_topic(i % 1000).batches.add();
  });
  std::uint64_t before = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto* t = lane.find_topic(7);
    const std::uint64_t now = t == nullptr ? 0 : t->batches.value();
    EXPECT_GE(now, before);
    before = now;
  }
  writer.join();
  EXPECT_EQ(lane.find_topic(7)->batches.value(), 100u);
}
