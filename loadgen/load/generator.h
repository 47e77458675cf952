#pragma once

// The source of a run's load, over any protocol: threads that send, count and remember the fate of every event.
// Driven by run/; implemented over sockets (sockets/) and on librdkafka (kafka/).

#include <chrono>
#include <vector>

#include "loadgen/answers/fates.h"
#include "loadgen/measure/tally.h"
#include "loadgen/timing/run_clock.h"

namespace loadgen::load {

class generator {
 public:
  virtual ~generator() = default;
  virtual void start(const timing::run_clock& clock) = 0;
  /// No new requests; those in flight may still be answered. Any thread.
  virtual void stop() = 0;
  virtual bool finished() const = 0;
  /// Moves what was counted since the last call into `into`.
  virtual void collect(measure::tally& into) = 0;
  /// CPU time so far of the thread that used most.
  virtual std::chrono::nanoseconds busiest_thread() const = 0;
  /// After finished(): the fate of every event.
  virtual std::vector<answers::stream_record> take_records() = 0;
};

}  // namespace loadgen::load
