#pragma once

// The time of day as events carry it: `2026-11-21T10:00:00.123Z`, 24 characters. Formatting happens once a
// millisecond at most; events copy the text.

#include <chrono>
#include <string>
#include <string_view>

namespace loadgen::units {

class wall_clock {
 public:
  static constexpr std::size_t text_size = 24;

  /// The text for this instant; valid until the next call.
  std::string_view text(std::chrono::system_clock::time_point now);

 private:
  std::chrono::sys_time<std::chrono::milliseconds> shown_{std::chrono::milliseconds::min()};
  std::string text_ = "0000-00-00T00:00:00.000Z";
};

std::string wall_clock_text(std::chrono::system_clock::time_point at);

}  // namespace loadgen::units
