// Backpressure of one topic over real sockets: a client that sends as far as credit allows, and a Kafka that is slower.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "batching/partitioner.h"
#include "tests/gateway/frames/front_fixture.h"

namespace frames_test {
namespace {

// A topic's share is 512 KiB; the level where all is paused lies above it.
gateway::config::settings one_mebibyte() {
  gateway::config::settings s;
  s.limits.in_flight_bytes_max = 1 << 20;
  s.limits.in_flight_bytes_high = 1 << 20;
  s.limits.in_flight_bytes_low = 900 << 10;
  return s;
}

std::vector<record> of_all_partitions() {
  std::vector<record> records;
  for (int i = 0; i < 100; ++i) records.push_back({"key-" + std::to_string(i % 50), std::string(300, 'v')});
  return records;
}

/// The first `hot` of a hundred go to the partition of "hot", none of the others does.
std::vector<record> mostly_of_one_partition(std::size_t hot) {
  std::vector<record> records(hot, record{"hot", std::string(300, 'h')});
  for (int i = 0; records.size() < 100; ++i) {
    const std::string key = "key-" + std::to_string(i);
    if (batching::partition_of(key, 12) != batching::partition_of("hot", 12))
      records.push_back({key, std::string(300, 'v')});
  }
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

/// Sends the same records in frame after frame, as far as credit allows, until `frames` are answered.
class eager_client {
 public:
  explicit eager_client(std::uint16_t port, std::vector<record> records = of_all_partitions())
      : client_(port), records_(std::move(records)) {
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
        for (const failure& f : e.failures) failures.push_back(f);
    }
  }

  std::uint64_t answered = 0;
  std::uint64_t counts[8] = {};
  std::vector<failure> failures;

 private:
  void send(std::uint64_t frames) {
    while (sent_ < frames) {
      const std::string next = encode({.sequence = sent_ + 1, .records = records_});
      if (sent_ + 1 > credit_.first || bytes_ + next.size() > credit_.second) return;
      ASSERT_TRUE(client_.send(next));
      bytes_ += next.size();
      ++sent_;
    }
  }

  frame_client client_;
  std::vector<record> records_;
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
  const slow_kafka kafka(gateway.publisher, 500us);
  gateway.publisher.stick(batching::partition_of("hot", 12));
  constexpr std::size_t hot = 60, frames = 12;  // as many as the first credit allows
  bool flowed = false;
  std::jthread lets_go([&] {
    flowed = front_fixture::eventually([&] { return gateway.publisher.records().size() == frames * (100 - hot); });
    gateway.publisher.release();
  });
  eager_client client(gateway.tcp_port(), mostly_of_one_partition(hot));
  client.run(frames, 15s);
  lets_go.join();
  EXPECT_TRUE(flowed) << "those of the other partitions, while one is stuck";
  EXPECT_GT(client.counts[3], 0U) << "its share is used up";
  EXPECT_EQ(client.counts[0] + client.counts[3], frames * 100);
  for (const failure& f : client.failures) {
    EXPECT_LT(f.index, hot);
    EXPECT_EQ(f.reason, 9);
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
  EXPECT_TRUE(front_fixture::eventually([&] { return gateway.publisher.records().size() == 1; })) << "still stuck";
  EXPECT_EQ(gateway.publisher.records()[0].topic, "other");
  gateway.publisher.release();
  EXPECT_TRUE(front_fixture::eventually([&] { return gateway.budget.bytes() == 0; }));
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
}  // namespace frames_test
