#pragma once

// Chooses the generator that speaks a plan's protocol. Called by run/run.h.

#include <memory>

#include "loadgen/kafka/patience.h"
#include "loadgen/load/generator.h"
#include "loadgen/plan/run_plan.h"

namespace loadgen::run {

/// Throws std::runtime_error (kafka::failure for kafka://) when the target cannot be reached at all.
std::unique_ptr<load::generator> make_generator(const plan::run_plan& plan, const kafka::patience& how);

}  // namespace loadgen::run
