// A member of an ordinary consumer group that reads nothing: the group says which instance should own which partition
// of the store topics. Cooperative: a partition that stays with its owner is not taken from it while others move. A
// wrong or late word costs availability for a moment, never correctness. Has a thread of its own; built by gateway/app.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "batching/librdkafka/client.h"

namespace batching::librdkafka {

struct assigned_partition {
  std::string topic;
  std::int32_t partition = 0;
  bool operator==(const assigned_partition&) const = default;
  bool operator<(const assigned_partition& other) const noexcept {
    return std::tie(topic, partition) < std::tie(other.topic, other.partition);
  }
};

struct group_settings {
  std::string bootstrap;
  std::map<std::string, std::string> properties;
  client_credentials credentials{};
  std::string group = "headgate-store";
  std::chrono::milliseconds session_timeout{10'000};  // so long after its death, others get what an instance owned
  std::string client_id{};  // what the group tells others of this member; empty: the properties' own
};

class group_member {
 public:
  static constexpr std::chrono::milliseconds poll_time{100};
  /// At most so long after another member has left or come, this one is told: so long do partitions that move stand
  /// still.
  static constexpr std::chrono::milliseconds heartbeat_every{250};

  /// On the member's thread: all that is assigned to this instance now.
  using listener = std::function<void(const std::set<assigned_partition>& all)>;

  /// The error is one sentence for people. `topics`: names of store topics, not patterns; at least one.
  [[nodiscard]] static boost::system::result<std::unique_ptr<group_member>, std::string> join(
      const group_settings& settings, const std::vector<std::string>& topics, listener changed);
  /// Leaves the group, so that others own its partitions at once. The listener is told an empty set.
  ~group_member();
  group_member(const group_member&) = delete;
  group_member& operator=(const group_member&) = delete;

 private:
  explicit group_member(listener changed) : changed_(std::move(changed)) {}
  void on_event(rd_kafka_event_t* event);
  void take(rd_kafka_topic_partition_list_t* which);
  void give_back(const rd_kafka_topic_partition_list_t* which);
  void run(const std::stop_token& stop);

  listener changed_;
  std::set<assigned_partition> all_;  // the thread's
  producer_handle client_;
  queue_handle queue_;  // after client_: goes first
  std::jthread thread_;
};

}  // namespace batching::librdkafka
