#pragma once

// `capacity`: measures real runs for find_capacity, each open loop at one rate, and says how it goes.

#include <atomic>
#include <cstdio>

#include "loadgen/capacity.h"
#include "loadgen/run.h"

namespace loadgen {

struct capacity_settings {
  objective slo;
  capacity_search search;
  std::string step = "5s";  // how long each rate is held
  run_settings run;         // with verify_kafka every measurement is verified too
  std::FILE* progress = nullptr;
};

/// Throws std::runtime_error when verification finds an acked event missing: no rate is held by a server that loses.
capacity_result measure_capacity(const run_options& options, const capacity_settings& settings,
                                 const std::atomic<bool>& interrupt);

}  // namespace loadgen
