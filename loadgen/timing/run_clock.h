#pragma once

// The three instants every part of a run agrees on.

#include <chrono>

namespace loadgen::timing {

using steady = std::chrono::steady_clock;

struct run_clock {
  steady::time_point start;
  steady::time_point end;        // no request is meant to start at or after this
  steady::time_point drain_end;  // none starts after this, meant or not
};

}  // namespace loadgen::timing
