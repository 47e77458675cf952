// A lane's publisher on real sockets, against a broker that the test plays.
#include "batching/kafka/producer/lane_publisher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "tests/batching/kafka/producer/fake_broker.h"
#include "tests/batching/recording_publisher.h"

namespace tests::direct {
namespace {

using namespace std::chrono_literals;
using batching::outcome;
using batching::kafka::producer::lane_publisher;

struct LanePublisherTest : ::testing::Test, batching::batch_home {
  LanePublisherTest() : publisher({}, {}, {[this] { ++metadata_requests; }, nullptr, nullptr}) {
    publisher.attach(io);
    lane = std::jthread([this] { io.run(); });
  }
  ~LanePublisherTest() override {
    publisher.abandon();
    work.reset();
    io.stop();
    lane.join();
    publisher.close();
  }
  void take_back(std::unique_ptr<batching::batch> settled) noexcept override {
    const std::lock_guard lock(mutex);
    returned.push_back(std::move(settled));
    changed.notify_all();
  }
  /// Broker 1 leads the one partition there is.
  void lead(std::optional<std::uint16_t> port) {
    batching::cluster c;
    if (port) c.brokers.push_back({1, "127.0.0.1", *port});
    c.topics.push_back({true, false, {1}});
    publisher.set_cluster(std::make_shared<const batching::cluster>(c));
  }
  void publish(int records = 1, std::size_t bytes = 10) {
    auto b = std::make_unique<batching::batch>(*this, topic, 0);
    for (int i = 0; i < records; ++i)
      b->append("k", true, std::string(bytes, 'v'), {}, nullptr, static_cast<std::uint32_t>(i));
    boost::asio::post(io, [this, b = std::move(b)]() mutable { publisher.publish(std::move(b)); });
  }
  bool comes_back(std::size_t batches = 1) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 60s, [&] { return returned.size() >= batches; });
  }
  bool nothing_is_back() {
    const std::lock_guard lock(mutex);
    return returned.empty();
  }
  outcome fate(std::size_t i = 0) const { return returned.at(i)->ranges()[0].fate; }

  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work = boost::asio::make_work_guard(io);
  std::shared_ptr<batching::topic> topic = batching::testing::make_topic("t", 0, 1);
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::unique_ptr<batching::batch>> returned;
  std::atomic<int> metadata_requests{0};
  lane_publisher publisher;
  std::jthread lane;
};

TEST_F(LanePublisherTest, WhatABrokerTakesIsPersisted) {
  fake_broker broker(fake_broker::agree);
  lead(broker.port());
  publish(3);
  ASSERT_TRUE(comes_back());
  EXPECT_EQ(fate(), outcome::persisted);
  publish();
  ASSERT_TRUE(comes_back(2));
  EXPECT_EQ(broker.produced().at(1).parts.at(0).batch.base_sequence, 3);
}

TEST_F(LanePublisherTest, ALostConnectionIsMadeAgainAndTheBatchRepeated) {
  std::atomic<int> asked{0};
  fake_broker broker([&](const read_request& r) -> std::optional<std::string> {
    if (r.api == produce && ++asked <= 2) return std::nullopt;
    return fake_broker::agree(r);
  });
  lead(broker.port());
  publish(2);
  ASSERT_TRUE(comes_back());
  EXPECT_EQ(fate(), outcome::persisted);
  const auto produced = broker.produced();
  ASSERT_EQ(produced.size(), 3U);
  for (const read_request& r : produced) {
    EXPECT_EQ(r.parts.at(0).batch.base_sequence, 0);
    EXPECT_EQ(r.parts.at(0).batch.producer_id, 7);
    EXPECT_EQ(r.parts.at(0).batch.count, 2);
  }
}

TEST_F(LanePublisherTest, AnswersThatMakeNoSenseEndTheConnection) {
  std::atomic<int> asked{0};
  fake_broker broker([&](const read_request& r) -> std::optional<std::string> {
    if (r.api == produce && ++asked == 1) return "this is no answer";
    return fake_broker::agree(r);
  });
  lead(broker.port());
  publish();
  ASSERT_TRUE(comes_back());
  EXPECT_EQ(fate(), outcome::persisted);
  EXPECT_EQ(broker.produced().size(), 2U);
}

// Metadata may name a leader that it does not list: the broker has just died.
TEST_F(LanePublisherTest, ALeaderWithoutAnAddressIsWaitedFor) {
  lead(std::nullopt);
  publish();
  std::this_thread::sleep_for(100ms);
  lead(std::nullopt);
  fake_broker broker(fake_broker::agree);
  lead(broker.port());
  ASSERT_TRUE(comes_back());
  EXPECT_EQ(fate(), outcome::persisted);
}

TEST_F(LanePublisherTest, ABrokerThatIsNotThereYetIsTriedAgain) {
  const std::uint16_t port = fake_broker(fake_broker::agree).port();  // free again
  lead(port);
  publish();
  std::this_thread::sleep_for(200ms);
  EXPECT_TRUE(nothing_is_back());
  EXPECT_GT(metadata_requests, 0);
  fake_broker broker(fake_broker::agree, port);
  ASSERT_TRUE(comes_back());
  EXPECT_EQ(fate(), outcome::persisted);
}

TEST_F(LanePublisherTest, ARequestLargerThanTheSocketTakesGoesInParts) {
  fake_broker broker(fake_broker::agree);
  lead(broker.port());
  constexpr std::size_t large = 8 * 1024 * 1024;
  publish(1, large);
  publish(1, 5);
  ASSERT_TRUE(comes_back(2));
  EXPECT_EQ(fate(0), outcome::persisted);
  EXPECT_EQ(fate(1), outcome::persisted);
  EXPECT_EQ(broker.produced().at(0).parts.at(0).batch.records.at(0).value.size(), large);
}

TEST_F(LanePublisherTest, WhatIsUnderWayWhenItEndsIsUnknown) {
  std::atomic<bool> has_come{false};
  fake_broker broker([&](const read_request& r) -> std::optional<std::string> {
    if (r.api == produce) has_come = true;
    while (r.api == produce && nothing_is_back()) std::this_thread::sleep_for(5ms);
    return fake_broker::agree(r);
  });
  lead(broker.port());
  publish();
  while (!has_come) std::this_thread::sleep_for(5ms);
  EXPECT_EQ(publisher.abandon(), 1U);
  ASSERT_TRUE(comes_back());
  EXPECT_EQ(fate(), outcome::possibly_persisted);
}

TEST_F(LanePublisherTest, TellsWhatItDid) {
  fake_broker broker(fake_broker::agree);
  lead(broker.port());
  publish(4);
  ASSERT_TRUE(comes_back());
  const auto has_told = [&] {
    return !publisher.state().topics.empty() && publisher.state().topics[0].payload_bytes > 0;
  };
  for (const auto end = batching::clock::now() + 30s; !has_told() && batching::clock::now() < end;)
    std::this_thread::sleep_for(5ms);
  const auto state = publisher.state();
  ASSERT_EQ(state.brokers.size(), 1U);
  EXPECT_EQ(state.brokers[0].state, "UP");
  EXPECT_EQ(state.brokers[0].requests, 2U);  // for the producer id, and with the batch
  EXPECT_EQ(state.topics[0].payload_bytes, 44U);
  EXPECT_EQ(state.queued.records, 0U);
}

}  // namespace
}  // namespace tests::direct
