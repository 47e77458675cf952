#pragma once

// The course of a run: totals, and one point a second with rates, percentiles and CPU. Filled by run's loop, drawn by
// live_view, written out by report/json.h and report/html.h.

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "loadgen/measure/tally.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/timing/run_clock.h"

namespace loadgen::measure {

struct latency_points {
  std::chrono::nanoseconds p50{}, p90{}, p99{}, p999{}, p9999{}, max{}, mean{};
};
latency_points points_of(const histogram& from);

struct second_point {
  double at = 0;           // end of the interval, seconds since the start
  double seconds = 0;      // its length
  double target_rate = 0;  // intended events a second; 0 in a closed loop
  counters counts;
  latency_points corrected;
  latency_points service;
  double own_cores = 0;                // CPU used by this process, in cores
  std::optional<double> server_cores;  // by the server, when it runs here
  double machine_cores = 0;            // by everything on this machine
};

class progress {
 public:
  progress(const plan::run_plan& plan, std::optional<std::int64_t> server_pid);

  void begin(timing::steady::time_point start);
  /// Ends an interval with what was counted in it.
  void add(const tally& counted, timing::steady::time_point now);

  const tally& total() const { return total_; }
  const std::vector<second_point>& seconds() const { return seconds_; }
  std::chrono::nanoseconds elapsed() const { return last_ - start_; }
  std::chrono::nanoseconds own_cpu() const { return last_cpu_.own - first_cpu_.own; }
  std::optional<std::chrono::nanoseconds> server_cpu() const;
  std::chrono::nanoseconds machine_cpu() const { return last_cpu_.machine - first_cpu_.machine; }
  std::optional<std::int64_t> server_pid() const { return server_pid_; }
  const plan::run_plan& plan() const { return plan_; }

 private:
  struct cpu_sample {
    std::chrono::nanoseconds own{};
    std::optional<std::chrono::nanoseconds> server;
    std::chrono::nanoseconds machine{};
  };
  cpu_sample sample() const;

  const plan::run_plan& plan_;
  std::optional<std::int64_t> server_pid_;
  timing::steady::time_point start_{};
  timing::steady::time_point last_{};
  cpu_sample first_cpu_;
  cpu_sample last_cpu_;
  tally total_;
  std::vector<second_point> seconds_;
};

}  // namespace loadgen::measure
