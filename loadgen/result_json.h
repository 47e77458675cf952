#pragma once

// Results for machines: one JSON document, `"format":"headgate-loadgen-result","version":1`, described in
// docs/loadgen.md. Members are added, never renamed, within a version.

#include <string>

#include "loadgen/capacity.h"
#include "loadgen/json_writer.h"
#include "loadgen/run.h"

namespace loadgen {

std::string to_json(const run_plan& plan, const run_result& result);
std::string to_json(const verify_report& report);
std::string to_json(const run_plan& plan, const capacity_result& result, const objective& slo);

void write(json_writer& json, const verify_report& report);
void write(json_writer& json, const latency_points& points);

}  // namespace loadgen
