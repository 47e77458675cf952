#pragma once

// Finds the highest rate a server holds within an objective: a closed-loop probe for the neighbourhood, a ramp, then
// bisection, then repeats of the answer. Pure search; one measurement is a function it is given.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/progress.h"

namespace loadgen {

/// `--slo p99=50ms,p99.9=200ms,errors=0.1%`: all must hold.
struct objective {
  struct limit {
    double share;  // 0.99
    std::chrono::nanoseconds at_most;
    std::string name;  // p99
  };
  std::vector<limit> limits;
  double errors_max = 0;  // share of events not acked: refused, unknown or not sent in time
  std::string text;

  /// Throws usage_error.
  static objective parse(std::string_view text);
};

struct capacity_point {
  double rate = 0;      // events a second asked for
  double achieved = 0;  // acked
  latency_points latency;
  double errors = 0;  // share
  std::optional<double> server_cores;
  double machine_cores = 0;
  double generator_cores = 0;
  bool generator_limited = false;
  bool repeat = false;  // measured at this rate before
  bool held = false;
  std::string why;  // it was not held
};

struct capacity_search {
  double precision = 0.05;    // stop when the highest rate held and the lowest not differ by less
  int repeats = 3;            // runs that must all hold at the rate that is the answer
  double rate_max = 0;        // never ask for more; 0: no such bound
  int measurements_max = 60;  // bound on the whole search
};

struct capacity_result {
  double rate = 0;                     // the highest held, every time; 0: none
  std::vector<capacity_point> points;  // in the order measured
  std::string limited_by;

  /// The one at the answer's rate with the worst p99 of its repeats; nullptr when nothing held.
  const capacity_point* answer() const;
};

/// `measure(rate)` runs the load at that rate and judges it. `probe`: what a closed loop achieved, events a second.
capacity_result find_capacity(const capacity_search& search, double probe,
                              const std::function<capacity_point(double rate)>& measure);

/// Sets `held` and `why` of a point from the figures in it and the whole latency distribution.
void judge(capacity_point& point, const objective& slo, const histogram& latency);

std::string describe(const capacity_result& result, const objective& slo);

}  // namespace loadgen
