#pragma once

// Reads what the user wrote for one option. A text that cannot be used is a usage_error that names the option, the text
// and what is allowed. Used by plan/, cli/ and the types that have a notation of their own.

#include <chrono>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace loadgen::units {

/// The user's text cannot be used: the program says so in one line and exits 2.
struct usage_error : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// "--batch: cannot use '0': write a whole number from 1 to 100,000". `allowed` begins with a verb.
[[noreturn]] void refuse(std::string_view option, std::string_view text, std::string_view allowed);

/// Counts may be short (50k, 1.5M), but must be whole.
std::uint64_t read_whole_number(std::string_view option, std::string_view text, std::uint64_t low, std::uint64_t high);

/// The longest time any option takes.
constexpr std::chrono::hours duration_max{24 * 365};
std::chrono::nanoseconds read_duration(std::string_view option, std::string_view text, std::chrono::nanoseconds low,
                                       std::chrono::nanoseconds high = duration_max);

/// The place of `text` among the names.
std::size_t read_choice(std::string_view option, std::string_view text, std::span<const std::string_view> names);

}  // namespace loadgen::units
