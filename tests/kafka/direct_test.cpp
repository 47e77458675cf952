// The direct publisher against a real broker: what it answers is what Kafka holds.
#include <gtest/gtest.h>

#include <thread>

#include "batching/kafka/producer/lane_publisher.h"
#include "batching/librdkafka/publisher.h"
#include "publishing.h"
#include "tests/support/topics_seen.h"

namespace batching::kafka::producer {
namespace {

using namespace std::chrono_literals;
using kafka_tests::make_topic;
using kafka_tests::read_all;

/// The codec stands for all topics of a test.
struct DirectKafkaTest : kafka_tests::publishing, ::testing::WithParamInterface<wire::codec> {
  DirectKafkaTest()
      : direct(sending(), {}, {[this] { metadata.refresh_topics([](bool) {}); }, nullptr, nullptr}),
        metadata(asking(), {nullptr, 200ms},
                 {[this](auto table) { topics.set(std::move(table)); }, nullptr,
                  [this](auto seen) { direct.set_cluster(std::move(seen)); }}) {
    direct.attach(io);
  }
  static sender_settings sending() {
    sender_settings s;
    s.compression_of = [](std::string_view) { return wire::compression{GetParam(), 1}; };
    return s;
  }
  static librdkafka::producer_settings asking() {
    librdkafka::producer_settings s;
    s.bootstrap = kafka_tests::bootstrap();
    return s;
  }
  void SetUp() override {
    lane = std::jthread([this] { io.run(); });
    ASSERT_TRUE(metadata.start());
  }
  void TearDown() override {
    metadata.abandon(5s);
    direct.abandon();
    work.reset();
    io.stop();
    lane.join();
    direct.close();
  }
  void publish(std::unique_ptr<batch> b) {
    boost::asio::post(io, [this, b = std::move(b)]() mutable { direct.publish(std::move(b)); });
  }

  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work = boost::asio::make_work_guard(io);
  tests::topics_seen topics;
  lane_publisher direct;
  librdkafka::publisher metadata;
  std::jthread lane;
};

TEST_P(DirectKafkaTest, AnswersWithTheOffsetsThatReallyHoldTheRecords) {
  const std::string name = make_topic("direct", 3);
  const auto to = topics.wait_for(name);
  ASSERT_TRUE(to);
  for (int i = 0; i < 300; ++i) publish(make_batch(to, i % 3, i * 100, 100));
  wait_for_batches(300);
  for (const auto& b : returned) EXPECT_EQ(b->ranges()[0].fate, outcome::persisted);
  EXPECT_EQ(read_all(name).size(), 30'000U);
  expect_truth(name);
  expect_order(name);
}

TEST_P(DirectKafkaTest, KeepsKeysHeadersAndBytesAsTheyAre) {
  const std::string name = make_topic("direct-headers", 1);
  const auto to = topics.wait_for(name);
  ASSERT_TRUE(to);
  publish(make_strange_batch(to));
  wait_for_batches(1);
  expect_strange_batch(name);
}

TEST_P(DirectKafkaTest, ARecordTheTopicIsTooSmallForIsRejectedAndItsFollowersAreThere) {
  const std::string name = make_topic("direct-small", 1, "max.message.bytes", "1000");
  const auto to = topics.wait_for(name);
  ASSERT_TRUE(to);
  publish(make_batch(to, 0, 0, 5));
  publish(make_large_batch(to));
  publish(make_batch(to, 0, 5, 5));
  wait_for_batches(3);
  int rejected = 0;
  for (const auto& r : returned) rejected += r->ranges()[0].why == reason::message_too_large ? 1 : 0;
  EXPECT_EQ(rejected, 1);
  EXPECT_EQ(read_all(name).size(), 10U);
  expect_truth(name);
}

TEST_P(DirectKafkaTest, NeighboursOfARefusedRecordArePersisted) {
  const std::string name = make_topic("direct-compacted", 1, "cleanup.policy", "compact");
  const auto to = topics.wait_for(name);
  ASSERT_TRUE(to);
  auto b = make_batch(to, 0, 0, 5);
  b->append("", false, "no key", {}, nullptr, 5);
  publish(std::move(b));
  wait_for_batches(1);
  for (const settled_range& range : returned[0]->ranges())
    EXPECT_EQ(range.fate, range.first == 5 ? outcome::rejected : outcome::persisted);
  EXPECT_EQ(read_all(name).size(), 5U);
  expect_truth(name);
}

TEST_P(DirectKafkaTest, ATopicThatIsDeletedGivesBackWhatWaitsForIt) {
  const std::string name = make_topic("direct-gone", 1);
  const auto to = topics.wait_for(name);
  ASSERT_TRUE(to);
  publish(make_batch(to, 0, 0, 5));
  wait_for_batches(1);
  kafka_tests::delete_topic(name);
  publish(make_batch(to, 0, 5, 5));
  wait_for_batches(2);
  EXPECT_EQ(returned[1]->ranges()[0].why, reason::topic_gone);
}

TEST_P(DirectKafkaTest, WhatIsAbandonedIsAnsweredAndNeverCalledPersisted) {
  const std::string name = make_topic("direct-abandon", 1);
  const auto to = topics.wait_for(name);
  ASSERT_TRUE(to);
  for (int i = 0; i < 50; ++i) publish(make_batch(to, 0, i * 10, 10));
  direct.abandon();
  wait_for_batches(50);
  publish(make_batch(to, 0, 1000, 1));
  wait_for_batches(51);
  EXPECT_EQ(returned[50]->ranges()[0].fate, outcome::not_persisted);
  expect_truth(name);
}

INSTANTIATE_TEST_SUITE_P(
    Codecs, DirectKafkaTest, ::testing::Values(wire::codec::none, wire::codec::lz4, wire::codec::zstd),
    [](const auto& each) {
      return std::string(each.param == wire::codec::none ? "None" : each.param == wire::codec::lz4 ? "Lz4" : "Zstd");
    });

}  // namespace
}  // namespace batching::kafka::producer
