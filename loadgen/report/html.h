#pragma once

// A run or a search for capacity as one HTML page that needs no network: figures first, plots below, then the summary
// in words.

#include <string>

#include "loadgen/capacity/objective.h"
#include "loadgen/capacity/search.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/run/result.h"

namespace loadgen::report {

std::string html_report(const plan::run_plan& plan, const run::result& result);
std::string html_report(const plan::run_plan& plan, const capacity::result& result, const capacity::objective& slo);

}  // namespace loadgen::report
