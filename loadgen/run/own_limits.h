#pragma once

// Says which of a run's figures are the load generator's or the machine's own doing rather than the server's. Reads the
// figures only. Called by run/run.h.

#include <string>
#include <vector>

#include "loadgen/plan/run_plan.h"
#include "loadgen/run/result.h"

namespace loadgen::run {

/// Sets `limits` and `generator_limited`.
void note_own_limits(const plan::run_plan& plan, result& of_run);

/// Facts that a reader of the figures has to know.
std::vector<std::string> remarks_on(const plan::run_plan& plan, const result& of_run);

}  // namespace loadgen::run
