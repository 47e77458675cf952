#pragma once

// One run from start to verdict: makes the load, watches it, writes the run file, verifies from Kafka. Called by the
// command line for `run`, and many times over by `capacity`.

#include <atomic>

#include "loadgen/plan/run_plan.h"
#include "loadgen/run/result.h"
#include "loadgen/run/watcher.h"

namespace loadgen::run {

/// `interrupt`: set by a signal; ends the load early, what was sent is still verified.
result execute(const plan::run_plan& plan, const settings& how, watcher& onlooker, const std::atomic<bool>& interrupt);

}  // namespace loadgen::run
