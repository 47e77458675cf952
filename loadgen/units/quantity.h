#pragma once

// Reads and writes the quantities people type and read: durations (`500ms`, `30s`, `2m`), counts (`50000`, `50k`,
// `1.5M`), latencies. Knows no option: units/option.h does.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen::units {

/// Empty when the text is no duration. It may be larger than nanoseconds hold: units/option.h bounds it.
std::optional<std::chrono::duration<double, std::nano>> duration_in(std::string_view text);
std::optional<double> count_in(std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);

std::string format_count(double value);                       // 1234567 -> "1,234,567"
std::string format_fixed(double value, int digits);           // 1.5, 2 digits -> "1.50"
std::string format_short(double value, int digits);           // 0.01234, 3 digits -> "0.0123"
std::string format_latency(std::chrono::nanoseconds value);   // "1.24 ms"
std::string format_duration(std::chrono::nanoseconds value);  // "1m 05s"
std::string written(std::chrono::nanoseconds value);          // as it is typed: "500ms", "90s", "2m"

double seconds_of(std::chrono::nanoseconds value);
double millis_of(std::chrono::nanoseconds value);

}  // namespace loadgen::units
