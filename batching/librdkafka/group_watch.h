// Asks Kafka who the members of a consumer group are and what is assigned to each, again and again. The coordinator's
// word is one word: who owns a partition, and by that member's client id where it can be reached. Has a thread of its
// own; built by gateway/app.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "batching/librdkafka/client.h"
#include "batching/librdkafka/group_member.h"

namespace batching::librdkafka {

struct member_seen {
  std::string client_id;
  std::set<assigned_partition> assigned;
};

struct group_seen {
  bool is_stable = false;  // false: the members are told anew what is theirs, and nothing is said of it meanwhile
  std::vector<member_seen> members;
};

class group_watch {
 public:
  static constexpr std::chrono::milliseconds every{1000};
  static constexpr std::chrono::milliseconds at_most_every{100};  // where somebody wants to know
  static constexpr std::chrono::milliseconds answer_time_max{3000};
  static constexpr std::chrono::milliseconds pause_after_failure{500};

  /// On the watch's thread.
  using listener = std::function<void(const group_seen&)>;

  group_watch(group_settings settings, listener seen);
  group_watch(const group_watch&) = delete;
  group_watch& operator=(const group_watch&) = delete;
  ~group_watch();

  /// Any thread: what was told last is not true any more.
  void ask_soon();

 private:
  struct connected {
    producer_handle client;
    queue_handle queue;  // after client: goes first
  };
  void run(const std::stop_token& stop);
  [[nodiscard]] boost::system::result<connected, std::string> connect() const;
  /// False: no answer in time. The client is not used any more then (see admin.h).
  [[nodiscard]] bool ask(const connected& over, const std::stop_token& stop);
  void wait(const std::stop_token& stop, std::chrono::steady_clock::time_point asked_at);

  group_settings settings_;
  listener seen_;
  std::mutex mutex_;
  std::condition_variable_any wants_;
  bool is_wanted_ = false;
  std::jthread thread_;
};

}  // namespace batching::librdkafka
