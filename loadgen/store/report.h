#pragma once

// The result of a store run for people and for machines. Pure.

#include <string>

#include "loadgen/store/load/load_plan.h"
#include "loadgen/store/run.h"

namespace loadgen::store {

std::string describe(const load::load_plan& plan, const result& done);
std::string to_json(const load::load_plan& plan, const result& done);

}  // namespace loadgen::store
