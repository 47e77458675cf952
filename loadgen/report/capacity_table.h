#pragma once

// A search for capacity in words, for a person.

#include <string>

#include "loadgen/capacity/objective.h"
#include "loadgen/capacity/search.h"

namespace loadgen::report {

std::string describe(const capacity::result& found, const capacity::objective& slo);

}  // namespace loadgen::report
