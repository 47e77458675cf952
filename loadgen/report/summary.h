#pragma once

// The result of a run in words, for a person. Called by main and by the HTML report.

#include <string>

#include "loadgen/plan/run_plan.h"
#include "loadgen/run/result.h"

namespace loadgen::report {

std::string describe(const plan::run_plan& plan, const run::result& result);

}  // namespace loadgen::report
