#include "loadgen/units/quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace loadgen::units {

namespace {

struct unit {
  std::string_view name;
  double factor;
};

constexpr std::array<unit, 7> duration_units{
    {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"min", 60e9}, {"h", 3600e9}}};
constexpr std::array<unit, 5> count_units{{{"", 1}, {"k", 1e3}, {"K", 1e3}, {"M", 1e6}, {"G", 1e9}}};

template <std::size_t Size>
std::optional<double> quantity_in(std::string_view text, const std::array<unit, Size>& units) {
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !std::isfinite(number) || number < 0) return std::nullopt;
  const std::string_view suffix(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  for (const unit& known : units) {
    if (suffix == known.name) return number * known.factor;
  }
  return std::nullopt;
}

std::string print(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

}  // namespace

std::optional<std::chrono::duration<double, std::nano>> duration_in(std::string_view text) {
  const auto ns = quantity_in(text, duration_units);
  if (!ns) return std::nullopt;
  return std::chrono::duration<double, std::nano>(*ns);
}

std::optional<double> count_in(std::string_view text) { return quantity_in(text, count_units); }

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string format_count(double value) {
  std::string digits = print("%.0f", value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (value < 0 ? 1 : 0); at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

std::string format_fixed(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string format_short(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*g", digits, value);
  return text.data();
}

std::string format_latency(std::chrono::nanoseconds value) {
  const auto ns = static_cast<double>(value.count());
  if (ns < 1e6) return print("%.0f us", ns / 1e3);
  if (ns < 1e7) return print("%.2f ms", ns / 1e6);
  if (ns < 1e8) return print("%.1f ms", ns / 1e6);
  if (ns < 1e9) return print("%.0f ms", ns / 1e6);
  return print("%.2f s", ns / 1e9);
}

std::string format_duration(std::chrono::nanoseconds value) {
  const double seconds = seconds_of(value);
  if (seconds < 10) return print("%.1fs", seconds);
  if (seconds < 60) return print("%.0fs", seconds);
  const double minutes = std::floor(seconds / 60);
  return print("%.0fm ", minutes) + print("%02.0fs", std::floor(seconds - minutes * 60));
}

std::string written(std::chrono::nanoseconds value) {
  const std::pair<std::int64_t, const char*> steps[] = {
      {3'600'000'000'000, "h"}, {60'000'000'000, "m"}, {1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}};
  const std::int64_t ns = value.count();
  if (ns == 0) return "0s";
  for (const auto& [size, name] : steps) {
    if (ns % size == 0) return std::to_string(ns / size) + name;
  }
  return std::to_string(ns) + "ns";
}

double seconds_of(std::chrono::nanoseconds value) { return static_cast<double>(value.count()) / 1e9; }
double millis_of(std::chrono::nanoseconds value) { return static_cast<double>(value.count()) / 1e6; }

}  // namespace loadgen::units
