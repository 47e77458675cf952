#pragma once

// `--rate` as a function of time, and its inverse: the times at which events are meant to be sent. Pure; a stream asks
// it for the intended time of each request, and latency is measured from that time.
//
//   50000                 constant          1000:5s,5000:10s    steps
//   1000..50000:30s       ramp              max                 closed loop: no intended times

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace loadgen::timing {

class schedule {
 public:
  /// Throws units::usage_error. A last part without a duration goes on for ever.
  static schedule parse(std::string_view text);

  bool closed_loop() const { return parts_.empty(); }

  /// How long the parts last together; nothing when the last goes on for ever or the loop is closed.
  std::optional<std::chrono::nanoseconds> length() const;

  double events_until(std::chrono::nanoseconds since_start) const;

  /// When event number `events` (from 0) is meant to be sent; nanoseconds::max() when never.
  std::chrono::nanoseconds time_of(double events) const;

  double rate_max() const;

 private:
  struct part {
    double from;     // events per second at its start
    double to;       // and at its end
    double seconds;  // infinite for an open end
    double start;    // seconds since the start of the run
    double before;   // events due before it
    double events_in(double elapsed) const;
    double time_of(double events) const;
  };
  static std::optional<part> part_in(std::string_view text, bool last);
  void append(part next);

  std::vector<part> parts_;
};

}  // namespace loadgen::timing
