// The publisher against a real broker: what it answers is what Kafka holds, also when its producer is lost.
#include "batching/kafka/publisher.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <map>
#include <set>

#include "metrics/events.h"
#include "real_kafka.h"
#include "tests/support/topics_seen.h"

namespace batching::kafka {
namespace {

using namespace std::chrono_literals;
using kafka_tests::make_topic;
using kafka_tests::read_all;

struct PublisherKafkaTest : ::testing::Test, batch_home {
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

  void take_back(std::unique_ptr<batch> settled) noexcept override {
    const std::lock_guard lock(mutex);
    returned.push_back(std::move(settled));
    changed.notify_all();
  }

  std::unique_ptr<batch> make_batch(const std::shared_ptr<topic>& to, int partition, int first, int count) {
    auto b = std::make_unique<batch>(*this, to, partition);
    b->sealed_at = clock::now();
    for (int i = first; i < first + count; ++i)
      b->append("key-" + std::to_string(i % 10), true, "value-" + std::to_string(i), {}, nullptr,
                static_cast<std::uint32_t>(i));
    return b;
  }
  void wait_for_batches(std::size_t count) {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, 60s, [&] { return returned.size() >= count; })) << returned.size();
  }
  void write_authorities(const std::string& text) const { std::ofstream(authorities) << text; }
  /// Keys stand in the order in which make_batch() numbered their records.
  static void expect_order(const std::string& topic_name) {
    std::map<std::pair<int, std::string>, int> last;
    for (const auto& r : read_all(topic_name)) {
      const int number = std::stoi(r.value.substr(6));
      auto [at, is_first] = last.try_emplace({r.partition, r.key}, -1);
      EXPECT_GT(number, at->second) << "key " << r.key << " in partition " << r.partition;
      at->second = number;
    }
  }
  /// Every answered outcome against what the topic really holds.
  void expect_truth(const std::string& topic_name) {
    std::map<std::pair<int, std::int64_t>, std::string> at;
    std::map<std::string, int> times;
    for (const auto& r : read_all(topic_name)) {
      at[{r.partition, r.offset}] = r.value;
      ++times[r.value];
    }
    const std::lock_guard lock(mutex);
    for (const auto& b : returned)
      for (const settled_range& range : b->ranges())
        for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
          const std::string value(b->records()[i].value_view());
          if (range.fate == outcome::persisted) {
            EXPECT_EQ(times[value], 1) << value;
            EXPECT_EQ((at[{b->partition(), range.offset + (i - range.first)}]), value);
          } else if (range.fate != outcome::possibly_persisted) {
            EXPECT_EQ(times[value], 0) << value << " was answered " << name(range.fate);
          }
        }
  }

  const std::string authorities = ::testing::TempDir() + "authorities-" + std::to_string(getpid());
  std::mutex mutex;
  std::condition_variable changed;
  tests::topics_seen topics;
  std::vector<std::unique_ptr<batch>> returned;
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
  auto b = std::make_unique<batch>(*this, to, 0);
  const header h[] = {{"traceparent", "00-abc"}, {"empty", ""}};
  const std::string binary("\0\xff\n", 3);
  b->append("k", true, binary, h, nullptr, 0);
  b->append("", true, "empty key", {}, nullptr, 1);
  b->append("", false, "no key", {}, nullptr, 2);
  kafka.publish(std::move(b));
  wait_for_batches(1);
  const auto read = read_all(name);
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[0].value, binary);
  ASSERT_EQ(read[0].headers.size(), 2U);
  EXPECT_EQ(read[0].headers[0], (std::pair<std::string, std::string>("traceparent", "00-abc")));
  EXPECT_TRUE(read[1].has_key);
  EXPECT_EQ(read[1].key, "");
  EXPECT_FALSE(read[2].has_key);
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
  auto b = std::make_unique<batch>(*this, to, 0);
  std::string noise;
  for (unsigned i = 0, x = 1; i < 20'000; ++i) noise.push_back(static_cast<char>((x = x * 1664525 + 1013904223) >> 24));
  b->append("k", true, noise, {}, nullptr, 0);
  kafka.publish(std::move(b));
  wait_for_batches(1);
  EXPECT_EQ(returned[0]->ranges()[0].fate, outcome::rejected);
  EXPECT_EQ(returned[0]->ranges()[0].why, reason::message_too_large);
  expect_truth(name);
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
}  // namespace batching::kafka
