// Backpressure of one topic over real sockets: a client that sends as far as credit allows, and a Kafka that is slower.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "batching/partitioner.h"
#include "tests/wire/front_fixture.h"

namespace wire_test {
namespace {

// A topic's share is 512 KiB; the level where all is paused lies above it.
gateway::config::settings one_mebibyte() {
  gateway::config::settings s;
  s.limits.in_flight_bytes_max = 1 << 20;
  s.limits.in_flight_bytes_high = 1 << 20;
  s.limits.in_flight_bytes_low = 900 << 10;
  return s;
}

std::vector<record> hundred(int first) {
  std::vector<record> records;
  for (int i = first; i < first + 100; ++i) records.push_back({"key-" + std::to_string(i % 50), std::string(300, 'v')});
  return records;
}

/// Settles one batch after the other, slowly.
class slow_kafka {
 public:
  slow_kafka(tests::fake_publisher& publisher, std::chrono::microseconds each) {
    publisher.hold();
    thread_ = std::jthread([&publisher, each](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        publisher.release_one();
        std::this_thread::sleep_for(each);
      }
    });
  }

 private:
  std::jthread thread_;
};

/// Sends frames of a hundred records as far as credit allows, until `frames` are answered.
class eager_client {
 public:
  explicit eager_client(std::uint16_t port) : client_(port) {
    const message welcome = client_.greet();
    credit_ = {welcome.sequence, welcome.bytes};
  }
  void run(std::uint64_t frames, std::chrono::milliseconds patience = 10s) {
    while (answered < frames) {
      send(frames);
      const auto said = client_.next(patience);
      ASSERT_TRUE(said) << "nothing after frame " << answered;
      ASSERT_NE(said->type, frame_type::error) << said->text;
      if (said->type == frame_type::credit) credit_ = {said->sequence, said->bytes};
      if (said->type != frame_type::ack) continue;
      answered = said->ack.sequence;
      for (std::size_t i = 0; i < 8; ++i) counts[i] += said->ack.counts[i];
      for (const entry& e : said->ack.entries)
        for (const failure& f : e.failures) failed_keys[f.index % 50] += f.reason == 9 ? 1 : 1'000'000;
    }
  }

  std::uint64_t answered = 0;
  std::uint64_t counts[8] = {};
  std::map<std::uint32_t, int> failed_keys;

 private:
  void send(std::uint64_t frames) {
    while (sent_ < frames) {
      const std::string next = encode({.sequence = sent_ + 1, .records = hundred(0)});
      if (sent_ + 1 > credit_.first || bytes_ + next.size() > credit_.second) return;
      ASSERT_TRUE(client_.send(next));
      bytes_ += next.size();
      ++sent_;
    }
  }

  frame_client client_;
  std::pair<std::uint64_t, std::uint64_t> credit_;
  std::uint64_t sent_ = 0;
  std::uint64_t bytes_ = 0;
};

TEST(HoldBackTest, ATopicThatIsSlowButMovesRefusesNothing) {
  front_fixture gateway(one_mebibyte());
  const slow_kafka kafka(gateway.publisher, 500us);
  eager_client client(gateway.tcp_port());
  client.run(150);
  EXPECT_EQ(client.counts[0], 15'000U) << "all persisted";
  EXPECT_EQ(client.counts[3], 0U) << "none refused";
  EXPECT_EQ(gateway.publisher.records().size(), 15'000U);
}

TEST(HoldBackTest, ManyClientsOnSeveralLanesTakeTurns) {
  front_fixture gateway(one_mebibyte(), 2);
  const slow_kafka kafka(gateway.publisher, 300us);
  std::atomic<std::uint64_t> persisted{0};
  std::vector<std::jthread> clients;
  for (int c = 0; c < 6; ++c)
    clients.emplace_back([&] {
      eager_client client(gateway.tcp_port());
      client.run(25, 20s);
      persisted += client.counts[0];
    });
  clients.clear();
  EXPECT_EQ(persisted, 6 * 2500U) << "every client came to its end, and none was refused anything";
}

TEST(HoldBackTest, OneStuckPartitionIsRefusedAndTheOthersFlow) {
  front_fixture gateway(one_mebibyte());
  const std::int32_t stuck = batching::partition_of("key-0", 12);
  const slow_kafka kafka(gateway.publisher, 500us);
  eager_client client(gateway.tcp_port());
  client.run(20);
  ASSERT_EQ(client.counts[3], 0U);
  gateway.publisher.stick(stuck);
  std::jthread lets_go([&] {
    std::this_thread::sleep_for(6s);  // an ack needs all records of its frame
    gateway.publisher.release();
    gateway.publisher.hold();
  });
  client.run(150, 20s);
  EXPECT_GT(client.counts[3], 0U) << "it is stuck, so its events are refused";
  EXPECT_EQ(client.counts[0] + client.counts[3], 15'000U);
  for (const auto& [key, times] : client.failed_keys) {
    EXPECT_EQ(batching::partition_of("key-" + std::to_string(key), 12), stuck) << "key-" << key;
    EXPECT_LT(times, 1'000'000) << "partition_full and nothing else";
  }
}

TEST(HoldBackTest, AStuckPartitionHoldsNoOtherTopicUp) {
  front_fixture gateway(one_mebibyte());
  gateway.world.add_topic("other", 12);
  gateway.world.show_topics(gateway.lane());
  gateway.publisher.stick(batching::partition_of("hot", 12));
  frame_client client(gateway.tcp_port());
  client.greet();
  const std::vector<record> hot(100, record{"hot", std::string(300, 'v')});
  std::uint64_t sequence = 0;
  for (int i = 0; i < 6; ++i) client.send(encode({.sequence = ++sequence, .records = hot}));
  client.send(encode({.sequence = ++sequence, .topic = "other", .records = {{"a", "1"}}}));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(front_fixture::eventually([&] { return gateway.publisher.records().size() == 1; }));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s) << "about stuck_after";
  EXPECT_EQ(gateway.publisher.records()[0].topic, "other");
}

TEST(HoldBackTest, AFrameThatWaitsGoesWithItsConnection) {
  front_fixture gateway(one_mebibyte());
  const slow_kafka kafka(gateway.publisher, 20ms);
  {
    eager_client client(gateway.tcp_port());
    client.run(5, 20s);
  }
  EXPECT_TRUE(gateway.has_no_connection());
  gateway.publisher.release();
  EXPECT_TRUE(front_fixture::eventually([&] { return gateway.budget.bytes() == 0; }));
}

TEST(HoldBackTest, LinesWaitForASlowTopicWithoutLossOrRefusal) {
  front_fixture gateway(one_mebibyte());
  const slow_kafka kafka(gateway.publisher, 500us);
  constexpr int lines = 10'000;
  std::jthread sender([&] {
    tests::raw_client client(gateway.lines_port());
    std::string text;
    for (int i = 0; i < lines; ++i)
      text += R"({"aggregateId":"k)" + std::to_string(i % 50) + R"(","n":)" + std::to_string(i) + "}\n";
    client.send(text);
  });
  EXPECT_TRUE(front_fixture::eventually([&] { return gateway.publisher.records().size() == lines; }));
  const auto& refused = gateway.lane().recorder().refused_events;
  EXPECT_EQ(refused[static_cast<std::size_t>(batching::reason::partition_full)].value(), 0U);
}

}  // namespace
}  // namespace wire_test
