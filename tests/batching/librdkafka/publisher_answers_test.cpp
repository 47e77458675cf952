// The publisher against librdkafka's mock broker, for answers that a real one gives only after a failure of its own.
#include "batching/librdkafka/publisher.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <poll.h>

// After rdkafka.h, as it demands.
#include <librdkafka/rdkafka_mock.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "tests/support/topics_seen.h"

namespace batching::librdkafka {
namespace {

using namespace std::chrono_literals;

constexpr std::int16_t produce_request = 0;

struct mock_kafka {
  mock_kafka() : client(rd_kafka_new(RD_KAFKA_PRODUCER, nullptr, nullptr, 0)) {
    cluster = rd_kafka_mock_cluster_new(client, 1);
    rd_kafka_mock_topic_create(cluster, "t", 1, 1);
    rd_kafka_mock_start_request_tracking(cluster);
  }
  ~mock_kafka() {
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(client);
  }
  mock_kafka(const mock_kafka&) = delete;
  mock_kafka& operator=(const mock_kafka&) = delete;

  void refuse_all_produce_requests(rd_kafka_resp_err_t error) const {
    const std::vector<rd_kafka_resp_err_t> errors(1000, error);
    rd_kafka_mock_push_request_errors_array(cluster, produce_request, errors.size(), errors.data());
  }
  /// Until a Produce request has come; false: within 30 s none has.
  bool wait_for_produce_request() const {
    for (const auto end = clock::now() + 30s; clock::now() < end; std::this_thread::sleep_for(5ms)) {
      std::size_t count = 0;
      rd_kafka_mock_request_t** seen = rd_kafka_mock_get_requests(cluster, &count);
      const bool is_there = std::any_of(
          seen, seen + count, [](auto* request) { return rd_kafka_mock_request_api_key(request) == produce_request; });
      rd_kafka_mock_request_destroy_array(seen, count);
      if (is_there) return true;
    }
    return false;
  }

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
    b->sealed_at = clock::now();
    for (std::uint32_t i = 0; i < 600; ++i) b->append("k", true, "value", {}, nullptr, i);
    return b;
  }

  mock_kafka mock;
  tests::topics_seen topics;
  std::vector<std::unique_ptr<batch>> returned;
  publisher kafka;
};

TEST_F(PublisherAnswersTest, WhatKafkaMeansToHaveSomewhereIsNotCalledPersisted) {
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
      EXPECT_EQ(range.fate, outcome::possibly_persisted);
    }
}

// A leader that is relieved refuses what it has written already, and the next one may have it.
TEST_F(PublisherAnswersTest, WhatWasSentOnceIsNeverCalledNotPersisted) {
  const auto to = topics.wait_for("t");
  ASSERT_TRUE(to);
  mock.refuse_all_produce_requests(RD_KAFKA_RESP_ERR_NOT_LEADER_OR_FOLLOWER);
  kafka.publish(make_batch(to));
  ASSERT_TRUE(mock.wait_for_produce_request());
  rd_kafka_mock_broker_set_down(mock.cluster, 1);
  kafka.abandon(5s);
  ASSERT_EQ(returned.size(), 1U);
  for (const settled_range& range : returned[0]->ranges()) EXPECT_EQ(range.fate, outcome::possibly_persisted);
}

TEST_F(PublisherAnswersTest, WhatWasNeverSentIsNotPersisted) {
  const auto to = topics.wait_for("t");
  ASSERT_TRUE(to);
  rd_kafka_mock_broker_set_down(mock.cluster, 1);
  kafka.publish(make_batch(to));
  kafka.abandon(5s);
  ASSERT_EQ(returned.size(), 1U);
  for (const settled_range& range : returned[0]->ranges()) EXPECT_EQ(range.fate, outcome::not_persisted);
}

}  // namespace
}  // namespace batching::librdkafka
