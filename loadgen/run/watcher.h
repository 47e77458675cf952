#pragma once

// Told how a run goes on; does nothing by itself. Called by run/run.h on the caller's thread. Implemented by
// report/live_view.h for people and by capacity/ for its own progress.

#include <string>

#include "loadgen/measure/progress.h"

namespace loadgen::run {

class watcher {
 public:
  virtual ~watcher() = default;
  /// Once a second while events are sent, and once more at the end.
  virtual void on_second(const measure::progress&) {}
  /// Kafka is not ready yet; the text names the cause and the longest wait.
  virtual void on_wait(const std::string&) {}
  /// The part of the topic that is read back so far, 0..1.
  virtual void on_verified(double) {}
  /// The sending is over, or the reading back.
  virtual void on_end() {}
};

}  // namespace loadgen::run
