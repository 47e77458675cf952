#pragma once

// Load over sockets: I/O threads with their streams, against one address.

#include <deque>

#include "loadgen/io_thread.h"
#include "loadgen/load.h"

namespace loadgen {

class socket_load final : public load {
 public:
  /// Throws std::runtime_error when nothing accepts connections at the target.
  explicit socket_load(const run_plan& plan);

  void start(const run_clock& clock) override;
  void stop() override;
  bool finished() const override;
  void collect(tally& into) override;
  std::chrono::nanoseconds busiest_thread() const override;
  std::vector<stream_record> take_records() override;

 private:
  const run_plan& plan_;
  address target_;
  std::deque<io_thread> threads_;
};

}  // namespace loadgen
