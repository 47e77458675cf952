// The terms on which one broker is spoken with: which version of Produce, and how long it wants us to be silent for a
// quota's sake. They belong to the broker, not to a connection: reconnecting evades no quota. Sans-I/O; kept by
// requesters, on their lane's thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "batching/batch.h"
#include "batching/kafka/wire/opening_requests.h"
#include "batching/kafka/wire/protocol.h"

namespace batching::kafka::client {

class broker_terms {
 public:
  /// However long a broker wants us to be silent.
  static constexpr std::chrono::milliseconds throttle_max{60'000};
  /// So long a delay that is over is still reported.
  static constexpr std::chrono::seconds throttle_shown{10};

  /// A connection stands; `knows` has the broker's versions.
  void on_connected(const wire::api_versions_answer& knows) noexcept;
  [[nodiscard]] std::int16_t produce_version() const noexcept { return produce_version_; }
  /// 0: it was not connected yet.
  [[nodiscard]] std::int16_t spoken_version() const noexcept { return is_known_ ? produce_version_ : std::int16_t{0}; }

  /// The answer came at once; the broker reads nothing more of this client before the time is over. Sending all the
  /// same looks like a dead broker. 0: it did not ask for it.
  void on_throttled(std::int32_t broker, std::int32_t ms, clock::time_point now);
  [[nodiscard]] bool is_throttled(clock::time_point now) const noexcept { return now < throttled_until_; }
  [[nodiscard]] clock::time_point throttled_until() const noexcept { return throttled_until_; }
  /// Since when a request that left at `sent_at` is waited for: while the broker throttles, nobody is late.
  [[nodiscard]] clock::time_point awaited_since(clock::time_point sent_at) const noexcept {
    return std::max(sent_at, throttled_until_);
  }
  /// The delay that it has asked for lately.
  [[nodiscard]] std::chrono::milliseconds throttle(clock::time_point now) const noexcept {
    return now > shown_until_ ? std::chrono::milliseconds(0) : throttle_;
  }

 private:
  bool is_known_ = false;  // which versions it takes
  std::int16_t produce_version_ = wire::produce_lowest;
  clock::time_point throttled_until_{};
  std::chrono::milliseconds throttle_{0};  // the newest one
  clock::time_point shown_until_{};
};

}  // namespace batching::kafka::client
