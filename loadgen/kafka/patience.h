#pragma once

// The bound on waiting for states of a Kafka cluster that pass by themselves: a topic made a moment ago, an election,
// brokers that restart. Chosen by the caller of reader and generator; applied by wait.

#include <chrono>
#include <functional>
#include <string>

namespace loadgen::kafka {

struct patience {
  static constexpr std::chrono::seconds usual{30};
  /// All brokers learn of a new topic within seconds: a mistyped name need not take as long as a restart.
  static constexpr std::chrono::seconds unknown_topic_max{10};

  /// A topic that is read comes in answers that may take their time: a short wait_max does not cut them off.
  static constexpr std::chrono::seconds silence_min{10};

  std::chrono::nanoseconds wait_max = usual;
  std::function<void(const std::string&)> say = {};  // told the cause of the wait, once for each
  std::function<bool()> interrupted = {};            // true: the user ends the wait
};

}  // namespace loadgen::kafka
