#pragma once

// All clients of a store run, each on its thread, from the first append to the last answer.

#include <atomic>
#include <chrono>

#include "loadgen/store/history/operations.h"
#include "loadgen/store/load/counts.h"
#include "loadgen/store/load/load_plan.h"

namespace loadgen::store::load {

struct outcome {
  history::recorded history;
  counts all;
  std::chrono::nanoseconds took{};
  std::chrono::nanoseconds own_cpu{};
  /// The longest time in which no append to some partition was acked, while there were acks before and after it.
  std::chrono::nanoseconds longest_pause{};
};

/// Throws std::runtime_error when no instance can be resolved. Ends early when `interrupt` becomes true.
outcome run(const load_plan& plan, const std::atomic<bool>& interrupt);

/// As outcome has it.
std::chrono::nanoseconds longest_pause(const history::recorded& of);

}  // namespace loadgen::store::load
