#pragma once

// Finds the highest rate a server holds within an objective: a closed-loop probe for the neighbourhood, a ramp, then
// bisection, then repeats of the answer. Pure search; one measurement is a function it is given.

#include <functional>
#include <string>
#include <vector>

#include "loadgen/capacity/measurement.h"

namespace loadgen::capacity {

struct search_limits {
  double precision = 0.05;    // stop when the highest rate held and the lowest not held differ by less
  int repeats = 3;            // runs at the answer's rate that must all hold
  double rate_max = 0;        // never ask for more; 0: no such bound
  int measurements_max = 60;  // bound on the whole search
};

struct result {
  double rate = 0;                  // the highest held, every time; 0: none
  std::vector<measurement> points;  // in the order measured
  std::string limited_by;

  /// The one at the answer's rate with the worst p99 of its repeats; nullptr when nothing held.
  const measurement* answer() const;
};

/// `measure(rate)` runs the load at that rate and judges it. `probe`: what a closed loop achieved, events a second.
result find_capacity(const search_limits& search, double probe, const std::function<measurement(double rate)>& measure);

}  // namespace loadgen::capacity
