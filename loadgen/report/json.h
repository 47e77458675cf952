#pragma once

// Results for machines: one JSON document, `"format":"headgate-loadgen-result","version":1`, described in
// docs/loadgen.md. Members are added, never renamed, within a version.

#include <string>

#include "loadgen/capacity/objective.h"
#include "loadgen/capacity/search.h"
#include "loadgen/json/writer.h"
#include "loadgen/measure/progress.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/run/result.h"
#include "loadgen/verify/verifier.h"

namespace loadgen::report {

std::string to_json(const plan::run_plan& plan, const run::result& result);
std::string to_json(const verify::report& report);
std::string to_json(const plan::run_plan& plan, const capacity::result& result, const capacity::objective& slo);

void write(json::writer& json, const verify::report& report);
void write(json::writer& json, const measure::latency_points& points);

}  // namespace loadgen::report
