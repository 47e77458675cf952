#pragma once

// A request to Kafka that is repeated until it succeeds: decides which errors are worth another attempt, for how long,
// and says what a person can do when they last. Pure: never sleeps, reads no clock. Used by reader.

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <optional>
#include <string>

#include "loadgen/kafka/patience.h"
#include "loadgen/timing/run_clock.h"

namespace loadgen::kafka {

/// Whether the same request may succeed later although nobody changes anything.
bool passes_by_itself(rd_kafka_resp_err_t error);

class wait {
 public:
  static constexpr std::chrono::milliseconds pause_first{100};
  static constexpr std::chrono::milliseconds pause_max{1000};

  /// `task`: the request in words, as in "tell the offsets".
  wait(patience how, std::string brokers, std::string topic, std::string task);

  /// The last attempt failed with this error (`where`: at which part, as in "partition 3"; may be empty). Returns how
  /// long to pause before the next attempt. Throws failure when another attempt is of no use, when the time is over and
  /// when the user interrupts.
  std::chrono::milliseconds failed(rd_kafka_resp_err_t error, const std::string& where, timing::steady::time_point now);

  /// Nothing came since the last call. Throws failure when the time is over (patience::silence_min at least) and when
  /// the user interrupts.
  void silent(timing::steady::time_point now);

  /// An attempt succeeded, or a part of the task: the time counts from the next failure on.
  void succeeded();

  /// Takes librdkafka's words beside its answers: "Connection refused", a certificate it does not trust. Never ends the
  /// wait: a broker that stops in the middle of a handshake looks the same.
  void note(rd_kafka_resp_err_t error, const std::string& text);

 private:
  void say_once();
  void end_if_over(timing::steady::time_point now, std::chrono::nanoseconds time_max);
  [[noreturn]] void give_up(const std::string& after) const;
  std::string what_is_the_matter() const;

  const patience how_;
  const std::string brokers_;
  const std::string topic_;
  const std::string task_;
  std::optional<timing::steady::time_point> since_;           // nothing has succeeded since
  std::optional<timing::steady::time_point> no_topic_since_;  // and each answer since was that there is no such topic
  rd_kafka_resp_err_t error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string where_;
  rd_kafka_resp_err_t noted_error_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string noted_;
  std::string said_;  // last
  std::chrono::milliseconds pause_ = pause_first;
};

}  // namespace loadgen::kafka
