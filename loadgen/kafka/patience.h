#pragma once

// How long to wait for what passes by itself in a Kafka cluster: a topic made a moment ago, a leader that is being
// elected, brokers that restart. Chosen by the caller of reader and generator; applied by wait.

#include <chrono>
#include <functional>
#include <string>

namespace loadgen::kafka {

struct patience {
  static constexpr std::chrono::seconds usual{30};
  /// A topic's name that is mistyped is told sooner than a cluster that restarts: all brokers learn of a new topic
  /// within seconds.
  static constexpr std::chrono::seconds unknown_topic_max{10};

  std::chrono::nanoseconds wait_max = usual;
  std::function<void(const std::string&)> say = {};  // hears what we wait for, once for each cause
  std::function<bool()> interrupted = {};            // true: the user wants no more waiting
};

}  // namespace loadgen::kafka
