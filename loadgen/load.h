#pragma once

// The source of load of a run, whatever it speaks: threads that send, count and remember the fate of every event.
// Made and driven by run; implemented over sockets (socket_load) and on librdkafka (kafka_load).

#include <chrono>
#include <memory>
#include <vector>

#include "loadgen/plan.h"
#include "loadgen/run_clock.h"
#include "loadgen/run_file.h"
#include "loadgen/tally.h"

namespace loadgen {

class load {
 public:
  virtual ~load() = default;
  virtual void start(const run_clock& clock) = 0;
  /// No new requests; those in flight may still be answered. Any thread.
  virtual void stop() = 0;
  virtual bool finished() const = 0;
  /// Moves what was counted since the last call into `into`.
  virtual void collect(tally& into) = 0;
  /// CPU time so far of the thread that used most.
  virtual std::chrono::nanoseconds busiest_thread() const = 0;
  /// After finished(): the fate of every event.
  virtual std::vector<stream_record> take_records() = 0;
};

/// Throws std::runtime_error when the target cannot be reached at all.
std::unique_ptr<load> make_load(const run_plan& plan);

/// How many events each stream gets when the run has a fixed number of them: in proportion to the streams' weights,
/// their sum exact.
std::vector<std::uint64_t> share_out(std::uint64_t events, const std::vector<double>& weights);

}  // namespace loadgen
