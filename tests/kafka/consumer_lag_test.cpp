#include "batching/topics/consumer_lag.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/kafka/real_kafka.h"

using batching::topics::consumer_lag;
using batching::topics::consumer_lag_settings;
using namespace std::chrono_literals;

namespace {

/// A client that writes events and commits offsets in a group's name.
class client {
 public:
  explicit client(const std::string& bootstrap) {
    auto* conf = rd_kafka_conf_new();
    std::array<char, 256> why{};
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), why.data(), why.size());
    rk_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size()));
  }
  void produce(const std::string& topic, int partition, int events) {
    std::vector<rd_kafka_message_t> messages(static_cast<std::size_t>(events));
    for (auto& message : messages) message.partition = partition;
    auto* to = rd_kafka_topic_new(rk_.get(), topic.c_str(), nullptr);
    EXPECT_EQ(rd_kafka_produce_batch(to, partition, 0, messages.data(), events), events);
    rd_kafka_topic_destroy(to);
    ASSERT_EQ(rd_kafka_flush(rk_.get(), 20'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  /// Tries again while the group's coordinator is still loading: a fresh broker makes it for the first group.
  void commit(const std::string& group, const std::string& topic, int partition, std::int64_t offset) {
    for (int i = 0; i < 100; ++i, std::this_thread::sleep_for(200ms))
      if (try_commit(group, topic, partition, offset)) return;
    FAIL() << "the offset was not committed";
  }

 private:
  bool try_commit(const std::string& group, const std::string& topic, int partition, std::int64_t offset) {
    auto* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = offset;
    auto* alter = rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list);
    auto* queue = rd_kafka_queue_new(rk_.get());
    rd_kafka_AlterConsumerGroupOffsets(rk_.get(), &alter, 1, nullptr, queue);
    auto* event = rd_kafka_queue_poll(queue, 30'000);
    const bool done = event != nullptr && was_committed(event);
    rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AlterConsumerGroupOffsets_destroy(alter);
    rd_kafka_topic_partition_list_destroy(list);
    return done;
  }
  static bool was_committed(rd_kafka_event_t* event) {
    const auto* result = rd_kafka_event_AlterConsumerGroupOffsets_result(event);
    std::size_t count = 0;
    const auto* groups = result == nullptr ? nullptr : rd_kafka_AlterConsumerGroupOffsets_result_groups(result, &count);
    if (count != 1 || rd_kafka_group_result_error(groups[0]) != nullptr) return false;
    const auto* list = rd_kafka_group_result_partitions(groups[0]);
    return list != nullptr && list->cnt == 1 && list->elems[0].err == RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)> rk_{nullptr, &rd_kafka_destroy};
};

/// topic/partition=lag of all rows, in order.
std::string told(const batching::topics::consumer_lag& lag) {
  std::string text;
  for (const auto& row : lag.rows())
    text += row.group + " " + row.topic + "/" + std::to_string(row.partition) + "=" + std::to_string(row.lag) + "\n";
  return text;
}

std::string told_once(const batching::topics::consumer_lag& lag, const std::string& expected) {
  for (int i = 0; i < 300 && told(lag) != expected; ++i) std::this_thread::sleep_for(100ms);
  return told(lag);
}

batching::topics::consumer_lag_settings settings_for(std::vector<std::string> groups) {
  consumer_lag_settings settings;
  settings.bootstrap = kafka_tests::bootstrap();
  settings.groups = std::move(groups);
  settings.interval = 200ms;
  return settings;
}

}  // namespace

TEST(ConsumerLagKafkaTest, FollowsCommitsAndEnds) {
  const std::string topic = kafka_tests::make_topic("lag", 3);
  const std::string group = topic + "-group";
  client kafka(kafka_tests::bootstrap());
  kafka.produce(topic, 0, 10);
  kafka.produce(topic, 1, 5);
  kafka.commit(group, topic, 0, 4);
  kafka.commit(group, topic, 1, 5);
  auto settings = settings_for({group, "nobody-" + topic});
  settings.partitions_of = [](std::string_view) { return 3; };
  const batching::topics::consumer_lag lag(std::move(settings));
  const std::string at = group + " " + topic;
  std::string expected = at + "/0=6\n" + at + "/1=0\n" + at + "/2=-1\n";
  EXPECT_EQ(told_once(lag, expected), expected);
  EXPECT_GE(lag.state().age_seconds, 0);
  EXPECT_LT(lag.state().age_seconds, 10);

  kafka.produce(topic, 1, 7);
  kafka.commit(group, topic, 0, 10);
  expected = at + "/0=0\n" + at + "/1=7\n" + at + "/2=-1\n";
  EXPECT_EQ(told_once(lag, expected), expected);
}

TEST(ConsumerLagKafkaTest, ADeletedTopicTakesNothingElseWithIt) {
  const std::string stays = kafka_tests::make_topic("lag-stays", 1);
  const std::string goes = kafka_tests::make_topic("lag-goes", 1);
  const std::string group = stays + "-group";
  client kafka(kafka_tests::bootstrap());
  kafka.produce(stays, 0, 3);
  kafka.produce(goes, 0, 3);
  kafka.commit(group, stays, 0, 1);
  kafka.commit(group, goes, 0, 1);
  const batching::topics::consumer_lag lag(settings_for({group}));
  const std::string both = group + " " + goes + "/0=2\n" + group + " " + stays + "/0=2\n";
  EXPECT_EQ(told_once(lag, both), both);
  kafka_tests::delete_topic(goes);
  const std::string one = group + " " + stays + "/0=2\n";
  EXPECT_EQ(told_once(lag, one), one);
}

TEST(ConsumerLagAwayTest, StopsSoonWhileKafkaIsAway) {
  const auto begin = std::chrono::steady_clock::now();
  {
    const batching::topics::consumer_lag lag({"127.0.0.1:1", {}, {}, {"g"}, 100ms, 10s, {}});
    std::this_thread::sleep_for(50ms);
    EXPECT_TRUE(lag.rows().empty());
    EXPECT_EQ(lag.state().age_seconds, -1);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);
}

TEST(ConsumerLagAwayTest, CountsRoundsThatFailed) {
  const batching::topics::consumer_lag lag({"127.0.0.1:1", {}, {}, {"g"}, 50ms, 100ms, {}});
  for (int i = 0; i < 200 && lag.state().errors == 0; ++i) std::this_thread::sleep_for(50ms);
  EXPECT_GT(lag.state().errors, 0u);
}

// The library's admin client aborts the process when a question of a group's coordinator times out and the coordinator
// comes back afterwards.
TEST(ConsumerLagAwayTest, OutlivesOutagesThatAreLongerThanItsPatience) {
  const std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)> host(
      rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0), &rd_kafka_destroy);
  const std::unique_ptr<rd_kafka_mock_cluster_t, decltype(&rd_kafka_mock_cluster_destroy)> kafka(
      rd_kafka_mock_cluster_new(host.get(), 1), &rd_kafka_mock_cluster_destroy);
  const batching::topics::consumer_lag lag(
      {rd_kafka_mock_cluster_bootstraps(kafka.get()), {}, {}, {"g"}, 50ms, 300ms, {}});
  const auto wait_until = [](const std::function<bool()>& holds) {
    for (int i = 0; i < 400 && !holds(); ++i) std::this_thread::sleep_for(50ms);
    return holds();
  };
  const auto is_fresh = [&] { return lag.state().age_seconds >= 0 && lag.state().age_seconds < 0.5; };
  for (int outage = 0; outage < 3; ++outage) {
    ASSERT_TRUE(wait_until(is_fresh));
    rd_kafka_mock_broker_set_down(kafka.get(), 1);
    const auto before = lag.state().errors;
    ASSERT_TRUE(wait_until([&] { return lag.state().errors >= before + 2; }));
    rd_kafka_mock_broker_set_up(kafka.get(), 1);
  }
  EXPECT_TRUE(wait_until(is_fresh));
}

// The first answer of a new or moved coordinator. A client that belongs to no group crashes of it in the library.
TEST(ConsumerLagAwayTest, OutlivesACoordinatorThatMoves) {
  constexpr std::int16_t offset_fetch = 9;
  const std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)> host(
      rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0), &rd_kafka_destroy);
  const std::unique_ptr<rd_kafka_mock_cluster_t, decltype(&rd_kafka_mock_cluster_destroy)> kafka(
      rd_kafka_mock_cluster_new(host.get(), 1), &rd_kafka_mock_cluster_destroy);
  rd_kafka_mock_push_request_errors(kafka.get(), offset_fetch, 2, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                                    RD_KAFKA_RESP_ERR_NOT_COORDINATOR);
  const batching::topics::consumer_lag lag(
      {rd_kafka_mock_cluster_bootstraps(kafka.get()), {}, {}, {"g"}, 50ms, 2s, {}});
  for (int i = 0; i < 400 && lag.state().age_seconds < 0; ++i) std::this_thread::sleep_for(50ms);
  EXPECT_GE(lag.state().age_seconds, 0);
}
