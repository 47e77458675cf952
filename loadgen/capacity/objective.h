#pragma once

// The objective that a rate must keep to count as held: `--slo`. Read by cli/, applied to each measurement.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen::capacity {

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

  /// Throws units::usage_error.
  static objective parse(std::string_view text);
};

}  // namespace loadgen::capacity
