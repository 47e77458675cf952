// When clients may make us ask Kafka for all topics: a few times at once, then once a second, however many unknown
// topics they name. Sans-I/O; keeper thread only.
#pragma once

#include <algorithm>
#include <chrono>

namespace batching::topics {

class question_pace {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds each{1};
  static constexpr int at_once = 5;

  /// Not before that.
  [[nodiscard]] time_point next() const noexcept { return used_up_to_ - (at_once - 1) * each; }
  void asked(time_point now) noexcept { used_up_to_ = std::max(used_up_to_, now) + each; }

 private:
  time_point used_up_to_{};  // rises by `each` with every question, and is never behind the clock
};

}  // namespace batching::topics
