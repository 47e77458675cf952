#pragma once

// Load over sockets: I/O threads with their streams, against one address.

#include <deque>

#include "loadgen/answers/fates.h"
#include "loadgen/load/generator.h"
#include "loadgen/measure/tally.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/sockets/io_thread.h"
#include "loadgen/timing/run_clock.h"

namespace loadgen::sockets {

class generator final : public load::generator {
 public:
  /// Throws std::runtime_error when nothing accepts connections at the target.
  explicit generator(const plan::run_plan& plan);

  void start(const timing::run_clock& clock) override;
  void stop() override;
  bool finished() const override;
  void collect(measure::tally& into) override;
  std::chrono::nanoseconds busiest_thread() const override;
  std::vector<answers::stream_record> take_records() override;

 private:
  const plan::run_plan& plan_;
  address target_;
  std::deque<io_thread> threads_;
};

}  // namespace loadgen::sockets
