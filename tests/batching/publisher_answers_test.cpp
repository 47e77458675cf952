// The publisher against librdkafka's mock broker, for answers that a real one gives only after a failure of its own.
#include "batching/kafka/publisher.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <poll.h>

// After rdkafka.h, as it demands.
#include <librdkafka/rdkafka_mock.h>

#include "tests/support/topics_seen.h"

namespace batching::kafka {
namespace {

using namespace std::chrono_literals;

constexpr std::int16_t produce_request = 0;

struct mock_kafka {
  mock_kafka() : client(rd_kafka_new(RD_KAFKA_PRODUCER, nullptr, nullptr, 0)) {
    cluster = rd_kafka_mock_cluster_new(client, 1);
    rd_kafka_mock_topic_create(cluster, "t", 1, 1);
  }
  ~mock_kafka() {
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(client);
  }
  mock_kafka(const mock_kafka&) = delete;
  mock_kafka& operator=(const mock_kafka&) = delete;

  rd_kafka_t* client;
  rd_kafka_mock_cluster_t* cluster = nullptr;
};

struct PublisherAnswersTest : ::testing::Test, batch_home {
  PublisherAnswersTest()
      : kafka(settings(), {nullptr, 50ms}, {[this](auto table) { topics.set(std::move(table)); }, nullptr}) {}

  producer_settings settings() const {
    producer_settings s;
    s.bootstrap = rd_kafka_mock_cluster_bootstraps(mock.cluster);
    s.compression = [](std::string_view) { return topic_compression{"none", -1}; };
    return s;
  }
  void SetUp() override { ASSERT_TRUE(kafka.start()); }
  void TearDown() override { kafka.abandon(5s); }

  void take_back(std::unique_ptr<batch> settled) noexcept override { returned.push_back(std::move(settled)); }

  void serve_until_returned(std::size_t batches) {
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (returned.size() < batches && std::chrono::steady_clock::now() < end) {
      pollfd readable{kafka.event_fd(), POLLIN, 0};
      poll(&readable, 1, 20);
      while (kafka.serve()) {
      }
    }
  }
  std::unique_ptr<batch> make_batch(const std::shared_ptr<topic>& to) {
    auto b = std::make_unique<batch>(*this, to, 0);
    for (std::uint32_t i = 0; i < 600; ++i) b->append("k", true, "value", {}, nullptr, i);
    return b;
  }

  mock_kafka mock;
  tests::topics_seen topics;
  std::vector<std::unique_ptr<batch>> returned;
  publisher kafka;
};

TEST_F(PublisherAnswersTest, WhatKafkaHadAlreadyIsPersistedAtAnUnknownOffset) {
  const auto to = topics.wait_for("t");
  ASSERT_TRUE(to);
  // Both wait for the broker, so they go in one request.
  rd_kafka_mock_broker_set_down(mock.cluster, 1);
  rd_kafka_mock_push_request_errors(mock.cluster, produce_request, 1, RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER);
  kafka.publish(make_batch(to));
  kafka.publish(make_batch(to));
  rd_kafka_mock_broker_set_up(mock.cluster, 1);
  serve_until_returned(2);
  ASSERT_EQ(returned.size(), 2U);
  for (const auto& b : returned)
    for (const settled_range& range : b->ranges()) {
      EXPECT_EQ(range.fate, outcome::persisted);
      EXPECT_EQ(range.offset, -1);
    }
}

}  // namespace
}  // namespace batching::kafka
