#pragma once

// Reads and writes the quantities people type: durations (`500ms`, `30s`, `2m`), counts (`50000`, `50k`, `1.5M`).
// Used by the command line, schedules and reports. A text that cannot be read is a usage_error that says what can.

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen::units {

/// What the user wrote cannot be meant: the program says it in one line and exits 2.
struct usage_error : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

std::chrono::nanoseconds parse_duration(std::string_view text);
double parse_count(std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);

std::string format_count(double value);                       // 1234567 -> "1,234,567"
std::string format_fixed(double value, int digits);           // 1.5, 2 digits -> "1.50"
std::string format_short(double value, int digits);           // 0.01234, 3 digits -> "0.0123"
std::string format_latency(std::chrono::nanoseconds value);   // "1.24 ms"
std::string format_duration(std::chrono::nanoseconds value);  // "1m 05s"

double seconds_of(std::chrono::nanoseconds value);
double millis_of(std::chrono::nanoseconds value);

}  // namespace loadgen::units
