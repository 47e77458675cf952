#pragma once

// `capacity`: measures real runs for find_capacity, each open loop at one rate, and reports its progress.

#include <atomic>
#include <chrono>
#include <cstdio>

#include "loadgen/capacity/search.h"
#include "loadgen/plan/options.h"
#include "loadgen/run/result.h"

namespace loadgen::capacity {

struct settings {
  objective slo;
  search_limits search;
  std::chrono::nanoseconds step = std::chrono::seconds(5);  // how long each rate is held
  run::settings of_run;                                     // with verify_kafka every measurement is verified too
  std::FILE* progress = nullptr;
};

/// Throws std::runtime_error when a verification finds a problem: a server that loses events holds no rate.
result measure_capacity(const plan::run_options& options, const settings& how, const std::atomic<bool>& interrupt);

}  // namespace loadgen::capacity
