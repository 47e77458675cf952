// Several lanes on threads of their own, their publishers, and a broker that the test plays: one writer a partition.
#include "gateway/runtime/lane.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "batching/kafka/producer/partition_owners.h"
#include "tests/batching/kafka/producer/fake_broker.h"
#include "tests/batching/recording_publisher.h"
#include "tests/support/fake_world.h"

namespace tests::direct {
namespace {

using namespace std::chrono_literals;
using batching::outcome;
namespace producer = batching::kafka::producer;

/// One client's request of one event, and its outcome.
struct asked final : batching::ack_listener {
  void on_acked(batching::ack& settled) noexcept override {
    std::size_t o = 0;
    while (o + 1 < batching::outcomes && settled.count(static_cast<outcome>(o)) == 0) ++o;
    of->give_back(settled);
    answer.set_value(static_cast<outcome>(o));
  }
  gateway::runtime::lane* of = nullptr;
  std::promise<outcome> answer;
  std::future<outcome> future = answer.get_future();
};

struct LanesTest : ::testing::Test {
  static constexpr std::uint32_t lanes_count = 2;
  static constexpr std::int32_t partitions = 4;

  LanesTest() {
    for (std::uint32_t i = 0; i < lanes_count; ++i) {
      writers.push_back(std::make_unique<producer::lane_publisher>(
          producer::sender_settings{}, batching::kafka::client::connection_settings{}, requests()));
      lanes.push_back(std::make_unique<gateway::runtime::lane>(i, settings, world, owners, budget));
      writers.back()->attach(lanes.back()->io());
      owners.add_lane(*writers.back(), *lanes.back());
    }
    for (auto& l : lanes) threads.emplace_back([&l] { l->run(); });
    lead();
  }
  ~LanesTest() override {
    for (auto& w : writers) w->abandon();
    for (auto& l : lanes) l->stop();
    threads.clear();
    for (auto& w : writers) w->close();
  }
  producer::lane_requests requests() {
    producer::lane_requests r;
    r.hand_over = [this](const std::shared_ptr<batching::topic>& of, std::int32_t partition,
                         const std::function<void()>& done) { owners.hand_over(of, partition, done); };
    return r;
  }
  void lead() {
    batching::cluster c;
    c.brokers.push_back({1, "127.0.0.1", broker.port()});
    c.topics.push_back({true, false, std::vector<std::int32_t>(partitions, 1)});
    const auto seen = std::make_shared<const batching::cluster>(c);
    for (auto& w : writers) w->set_cluster(seen);
  }
  /// On the lane's thread: the event is taken, and its batch is open until the cycle ends.
  void submit(std::uint32_t lane, const std::string& value, asked& by) {
    auto& on = *lanes[lane];
    batching::ack& answer = on.take_ack();
    by.of = &on;
    answer.begin(&by, 1, false);
    batching::events list;
    batching::event& e = list.add();
    e.key = "aggregate";
    e.has_key = true;
    e.value = value;
    on.submit(entry, {}, list, answer, batching::ack_level::broker, metrics::listener::http);
    answer.seal();
  }
  outcome send(std::uint32_t lane, const std::string& value) {
    asked by;
    boost::asio::post(lanes[lane]->io(), [&] { submit(lane, value, by); });
    return by.future.get();
  }
  std::vector<std::string> log() const {
    std::vector<std::string> values;
    for (const read_request& r : broker.produced())
      for (const read_part& p : r.parts)
        for (const read_record& each : p.batch.records) values.push_back(each.value);
    return values;
  }

  fake_broker broker{fake_broker::agree};
  fake_world world;
  batching::in_flight budget{1 << 20, 1 << 20, 1 << 19};
  std::shared_ptr<const gateway::config::settings> settings = std::make_shared<const gateway::config::settings>();
  batching::topic_entry entry{batching::testing::make_topic("t", 0, partitions), partitions, partitions, 0};
  producer::partition_owners owners;
  std::vector<std::unique_ptr<producer::lane_publisher>> writers;
  std::vector<std::unique_ptr<gateway::runtime::lane>> lanes;
  std::vector<std::jthread> threads;
};

TEST_F(LanesTest, WhoeverTakesAnEventOneLaneWritesItsPartition) {
  for (int i = 0; i < 40; ++i)
    ASSERT_EQ(send(static_cast<std::uint32_t>(i % 2), std::to_string(i)), outcome::persisted);
  const std::vector<std::string> values = log();
  ASSERT_EQ(values.size(), 40U);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(values[static_cast<std::size_t>(i)], std::to_string(i));
  std::int32_t sequence = 0;
  for (const read_request& r : broker.produced()) {
    EXPECT_EQ(r.parts.at(0).batch.producer_id, 7);
    EXPECT_EQ(r.parts.at(0).batch.base_sequence, sequence) << "one producer writes all of it";
    sequence += r.parts.at(0).batch.count;
  }
}

// The lane has taken an event when it stops. Its client sends it again over another lane, and then the next one; both
// are acked. Then the lane moves.
TEST_F(LanesTest, WhatALaneHeldWhileItStoodStillIsNotWrittenBehindWhatCameAfter) {
  asked first;
  std::promise<void> has_stopped;
  boost::asio::post(lanes[0]->io(), [&] {
    submit(0, "first", first);
    has_stopped.set_value();
    std::this_thread::sleep_for(1500ms);
  });
  has_stopped.get_future().wait();
  EXPECT_EQ(send(1, "again"), outcome::persisted);
  EXPECT_EQ(send(1, "later"), outcome::persisted);
  EXPECT_EQ(first.future.get(), outcome::not_persisted);
  EXPECT_EQ(send(0, "last"), outcome::persisted);
  EXPECT_EQ(log(), (std::vector<std::string>{"again", "later", "last"}));
}

}  // namespace
}  // namespace tests::direct
