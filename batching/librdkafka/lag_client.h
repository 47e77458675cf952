// The two questions consumer_lag.h asks Kafka, and the admin client that asks them. Used by consumer_lag only, one
// thread.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <utility>

#include "batching/librdkafka/client.h"

namespace batching::librdkafka {

/// (topic, partition) -> offset; -1 = none.
using offsets = std::map<std::pair<std::string, std::int32_t>, std::int64_t>;

class lag_client {
 public:
  template <typename T>
  using answer = boost::system::result<T, std::string>;  // the error is one sentence for people

  [[nodiscard]] static answer<lag_client> make(const std::string& bootstrap,
                                               const std::map<std::string, std::string>& properties,
                                               const client_credentials& credentials,
                                               std::chrono::milliseconds timeout);

  /// The offsets a group has committed. Empty: none, or there is no such group. Waits for at most the timeout, or until
  /// `stop`.
  [[nodiscard]] answer<offsets> committed(const std::string& group, const std::stop_token& stop);
  /// The end offsets of the partitions in `of`. Those of partitions that do not exist any more are left out.
  [[nodiscard]] answer<offsets> ends(const offsets& of, const std::stop_token& stop);
  /// A question was not answered in time: ask nothing more, and make a new client.
  [[nodiscard]] bool has_open_question() const noexcept { return has_open_question_; }

 private:
  lag_client(producer_handle client, std::chrono::milliseconds timeout);
  [[nodiscard]] answer<event_handle> wait(const std::stop_token& stop);

  producer_handle client_;
  queue_handle queue_;  // after client_: goes first
  std::chrono::milliseconds timeout_;
  bool has_open_question_ = false;
};

}  // namespace batching::librdkafka
