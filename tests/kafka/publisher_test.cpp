// The publisher against a real broker: what it answers is what Kafka holds, also when its producer is lost.
#include "batching/librdkafka/publisher.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <fstream>

#include "metrics/events.h"
#include "publishing.h"
#include "tests/support/topics_seen.h"

namespace batching::librdkafka {
namespace {

using namespace std::chrono_literals;
using kafka_tests::make_topic;
using kafka_tests::read_all;

struct PublisherKafkaTest : kafka_tests::publishing {
  PublisherKafkaTest()
      : kafka(settings(), {nullptr, 200ms}, {[this](auto table) { topics.set(std::move(table)); }, nullptr}) {}

  producer_settings settings() const {
    producer_settings s;
    s.bootstrap = kafka_tests::bootstrap();
    s.properties["ssl.ca.location"] = authorities;  // watched, though nothing is encrypted here
    s.compression = [](std::string_view) { return topic_compression{"zstd", 1}; };
    return s;
  }

  void SetUp() override {
    write_authorities("of the beginning");
    const auto started = kafka.start();
    ASSERT_TRUE(started) << started.error();
    server = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        pollfd readable{kafka.event_fd(), POLLIN, 0};
        poll(&readable, 1, 20);
        while (kafka.serve()) {
        }
      }
    });
  }
  void TearDown() override {
    kafka.abandon(5s);
    server = {};
    std::remove(authorities.c_str());
  }

  void write_authorities(const std::string& text) const { std::ofstream(authorities) << text; }

  const std::string authorities = ::testing::TempDir() + "authorities-" + std::to_string(getpid());
  tests::topics_seen topics;
  publisher kafka;
  std::jthread server;
};

TEST_F(PublisherKafkaTest, AnswersWithTheOffsetsThatReallyHoldTheRecords) {
  const std::string name = make_topic("offsets", 3);
  const auto to = topics.wait_for(name);
  ASSERT_TRUE(to);
  for (int i = 0; i < 30; ++i) kafka.publish(make_batch(to, i % 3, i * 100, 100));
  wait_for_batches(30);
  for (const auto& b : returned) EXPECT_EQ(b->ranges()[0].fate, outcome::persisted);
  EXPECT_EQ(read_all(name).size(), 3000U);
  expect_truth(name);
}

TEST_F(PublisherKafkaTest, KeepsKeysHeadersAndBytesAsTheyAre) {
  const std::string name = make_topic("headers", 1);
  const auto to = topics.wait_for(name);
  ASSERT_TRUE(to);
  kafka.publish(make_strange_batch(to));
  wait_for_batches(1);
  expect_strange_batch(name);
}

TEST_F(PublisherKafkaTest, HealsAFatalProducerWithoutLosingRepeatingOrReordering) {
  const std::string name = make_topic("fatal", 2);
  const auto to = topics.wait_for(name);
  ASSERT_TRUE(to);
  for (int i = 0; i < 200; ++i) {
    if (i == 50 || i == 120) kafka.provoke_fatal_error();
    kafka.publish(make_batch(to, i % 2, i * 50, 50));
    if (i % 20 == 0) std::this_thread::sleep_for(5ms);
  }
  wait_for_batches(200);
  EXPECT_GE(kafka.health().rebuilds, 1U);
  EXPECT_EQ(kafka.health().records_in_flight, 0U);
  expect_truth(name);
  expect_order(name);
}

TEST_F(PublisherKafkaTest, RenewsItsCredentialsWhileEventsGoOn) {
  const std::string name = make_topic("renewed", 2);
  const auto to = topics.wait_for(name);
  ASSERT_TRUE(to);
  const auto before = metrics::happened_total(metrics::happening::credentials_renewed);
  const auto renewed = [&] { return metrics::happened_total(metrics::happening::credentials_renewed) - before; };
  int sent = 0;
  for (const auto end = clock::now() + 30s; renewed() < 2 && clock::now() < end; ++sent) {
    if (sent % 50 == 20) write_authorities("renewed at " + std::to_string(sent));
    kafka.publish(make_batch(to, sent % 2, sent * 50, 50));
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_GE(renewed(), 2U);
  wait_for_batches(static_cast<std::size_t>(sent));
  for (const auto& b : returned) EXPECT_EQ(b->ranges()[0].fate, outcome::persisted);
  EXPECT_EQ(kafka.health().rebuilds, 0U);
  expect_truth(name);
  expect_order(name);
}

TEST_F(PublisherKafkaTest, ARecordTheTopicIsTooSmallForIsRejectedAndNotThere) {
  const std::string name = make_topic("small", 1, "max.message.bytes", "1000");
  const auto to = topics.wait_for(name);
  ASSERT_TRUE(to);
  kafka.publish(make_large_batch(to));
  wait_for_batches(1);
  EXPECT_EQ(returned[0]->ranges()[0].fate, outcome::rejected);
  EXPECT_EQ(returned[0]->ranges()[0].why, reason::message_too_large);
  expect_truth(name);
}

TEST_F(PublisherKafkaTest, KnowsACompactedTopic) {
  const std::string compacted = make_topic("compact", 1, "cleanup.policy", "compact,delete");
  const std::string plain = make_topic("not-compact", 1);
  ASSERT_TRUE(topics.wait_for(compacted));
  EXPECT_TRUE(topics.is_compacted(compacted)) << "in the first table that has it";
  ASSERT_TRUE(topics.wait_for(plain));
  EXPECT_FALSE(topics.is_compacted(plain));
}

TEST_F(PublisherKafkaTest, NeighboursOfARefusedRecordAreNotCalledHopeless) {
  const std::string name = make_topic("compacted", 1, "cleanup.policy", "compact");
  const auto to = topics.wait_for(name);
  ASSERT_TRUE(to);
  auto b = make_batch(to, 0, 0, 5);
  b->append("", false, "no key", {}, nullptr, 5);
  kafka.publish(std::move(b));
  wait_for_batches(1);
  for (const settled_range& range : returned[0]->ranges()) EXPECT_EQ(range.fate, outcome::not_persisted);
  kafka.publish(make_batch(to, 0, 0, 5));
  wait_for_batches(2);
  EXPECT_EQ(returned[1]->ranges()[0].fate, outcome::persisted);
  returned.erase(returned.begin());
  expect_truth(name);
}

TEST_F(PublisherKafkaTest, WhatIsAbandonedIsAnsweredAndNeverCalledPersisted) {
  const std::string name = make_topic("abandon", 1);
  const auto to = topics.wait_for(name);
  ASSERT_TRUE(to);
  for (int i = 0; i < 50; ++i) kafka.publish(make_batch(to, 0, i * 10, 10));
  kafka.abandon(10s);
  wait_for_batches(50);
  kafka.publish(make_batch(to, 0, 1000, 1));
  expect_truth(name);
}

}  // namespace
}  // namespace batching::librdkafka
