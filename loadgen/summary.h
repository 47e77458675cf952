#pragma once

// The end of a run in words, for a person.

#include <string>

#include "loadgen/run.h"

namespace loadgen {

std::string describe(const run_plan& plan, const run_result& result);

}  // namespace loadgen
