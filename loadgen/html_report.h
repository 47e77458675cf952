#pragma once

// A run or a search for capacity as one HTML page that needs no network: figures first, plots below, all figures of the
// JSON result attached.

#include <string>

#include "loadgen/capacity.h"
#include "loadgen/run.h"

namespace loadgen {

std::string html_report(const run_plan& plan, const run_result& result);
std::string html_report(const run_plan& plan, const capacity_result& result, const objective& slo);

}  // namespace loadgen
