#pragma once

// One rate, measured and judged. Made by measure_capacity, or by a test's model of a server; searched over by search.

#include <optional>
#include <string>

#include "loadgen/capacity/objective.h"
#include "loadgen/measure/histogram.h"
#include "loadgen/measure/progress.h"

namespace loadgen::capacity {

struct measurement {
  double rate = 0;      // events a second asked for
  double achieved = 0;  // acked
  measure::latency_points latency;
  double errors = 0;  // share
  std::optional<double> server_cores;
  double machine_cores = 0;
  double generator_cores = 0;
  bool generator_limited = false;
  bool repeat = false;  // measured at this rate before
  bool held = false;
  std::string why;  // it was not held
};

/// Sets `held` and `why` from the figures in it and the whole latency distribution.
void judge(measurement& of_rate, const objective& slo, const measure::histogram& latency);

}  // namespace loadgen::capacity
