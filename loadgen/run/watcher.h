#pragma once

// Looks on while a run goes on; draws nothing itself. Called by run/run.h on the caller's thread; report::live_view
// draws it for people, tests and capacity look away.

#include <string>

#include "loadgen/measure/progress.h"

namespace loadgen::run {

class watcher {
 public:
  virtual ~watcher() = default;
  /// Once a second while events are sent, and once more at the end.
  virtual void on_second(const measure::progress&) {}
  /// Kafka is not ready yet: what we wait for, and how long at most.
  virtual void on_wait(const std::string&) {}
  /// The part of the topic that is read back so far, 0..1.
  virtual void on_verified(double) {}
  /// The sending is over, or the reading back.
  virtual void on_end() {}
};

}  // namespace loadgen::run
