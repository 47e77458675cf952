#include "loadgen/units/option.h"

#include <cmath>

#include "loadgen/units/quantity.h"

namespace loadgen::units {

void refuse(std::string_view option, std::string_view text, std::string_view allowed) {
  throw usage_error(std::string(option) + ": cannot use '" + std::string(text) + "': " + std::string(allowed));
}

std::uint64_t read_whole_number(std::string_view option, std::string_view text, std::uint64_t low, std::uint64_t high) {
  const auto value = count_in(text);
  if (!value || *value != std::floor(*value) || *value < static_cast<double>(low) ||
      *value > static_cast<double>(high)) {
    refuse(option, text,
           "write a whole number from " + format_count(static_cast<double>(low)) + " to " +
               format_count(static_cast<double>(high)) + ", as in 50000, 50k or 1.5M");
  }
  return static_cast<std::uint64_t>(*value);
}

std::chrono::nanoseconds read_duration(std::string_view option, std::string_view text, std::chrono::nanoseconds low,
                                       std::chrono::nanoseconds high) {
  const auto value = duration_in(text);
  if (!value || *value < low || *value > high) {
    refuse(option, text, "write a time from " + written(low) + " to " + written(high) + ", as in 500ms, 30s or 2m");
  }
  return std::chrono::nanoseconds(std::llround(value->count()));
}

std::size_t read_choice(std::string_view option, std::string_view text, std::span<const std::string_view> names) {
  std::string known;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) return i;
    known += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + std::string(names[i]);
  }
  refuse(option, text, "write " + known);
}

}  // namespace loadgen::units
