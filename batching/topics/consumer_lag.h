// The lag of configured consumer groups: end offset less committed offset of each partition. A thread of its
// own asks Kafka every interval, through an admin client of its own; readers get the last answer and never wait. Built
// by the application when groups are configured.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "batching/librdkafka/client_credentials.h"
#include "metrics/snapshot.h"

namespace batching::librdkafka {
class lag_client;
}
namespace batching::topics {

struct consumer_lag_settings {
  std::string bootstrap;
  std::map<std::string, std::string> properties;  // librdkafka's: security and network; checked by the configuration
  librdkafka::client_credentials credentials{};
  std::vector<std::string> groups;
  std::chrono::milliseconds interval{15'000};  // spread by a tenth, so that many gateways do not ask at once
  std::chrono::milliseconds timeout{5'000};    // of each question; two a group and round
  /// Any thread: how many partitions a topic has, 0 = not known. From the topic table.
  std::function<std::int32_t(std::string_view topic)> partitions_of;
};

/// (topic, partition) -> offset
using offsets = std::map<std::pair<std::string, std::int32_t>, std::int64_t>;

/// The lag of one group. `committed` was read before `ends`, so an end offset below a commit means only that the
/// partition was cut or made anew: lag 0. -1: a partition without a commit, of a topic where the group has some.
/// Partitions whose end is not known are left out.
[[nodiscard]] std::vector<metrics::consumer_lag_row> lag_rows(
    const std::string& group, const offsets& committed, const offsets& ends,
    const std::function<std::int32_t(std::string_view)>& partitions_of);

class consumer_lag {
 public:
  using clock = std::chrono::steady_clock;

  explicit consumer_lag(consumer_lag_settings settings);
  /// Returns within about a second, also while Kafka is away (but see producer_deleter).
  ~consumer_lag();
  consumer_lag(const consumer_lag&) = delete;
  consumer_lag& operator=(const consumer_lag&) = delete;

  /// Any thread, never waits for Kafka. A group that could not be read in the last round has no rows; the age is that
  /// of the last round in which every group was read.
  [[nodiscard]] metrics::consumer_lag_state state(clock::time_point now = clock::now()) const;
  [[nodiscard]] std::vector<metrics::consumer_lag_row> rows() const;

 private:
  void keep(const std::stop_token& stop);
  void ask_all(librdkafka::lag_client& kafka, const std::stop_token& stop);
  std::optional<std::vector<metrics::consumer_lag_row>> ask(librdkafka::lag_client& kafka, const std::string& group,
                                                            const std::stop_token& stop);
  void failed(const std::string& group, const std::string& why);

  consumer_lag_settings settings_;
  mutable std::mutex mutex_;  // guards what follows
  std::vector<metrics::consumer_lag_row> rows_;
  std::uint64_t errors_ = 0;
  std::optional<clock::time_point> complete_at_;
  std::mutex sleep_mutex_;
  std::condition_variable_any wakes_;
  std::jthread keeper_;  // last: stops before anything it uses is gone
};

}  // namespace batching::topics
