#include "loadgen/capacity/objective.h"

#include <optional>

#include "loadgen/units/option.h"
#include "loadgen/units/quantity.h"

namespace loadgen::capacity {

namespace {

[[noreturn]] void refuse(std::string_view text) {
  units::refuse("--slo", text,
                "write any of p50, p99, p99.9 and the like, max (a time, as in p99=50ms) and errors (a share, as in 0, "
                "0.001 or 0.1%), separated by commas");
}

std::optional<double> share_in(std::string_view text) {
  const bool percent = text.ends_with('%');
  auto value = units::count_in(percent ? text.substr(0, text.size() - 1) : text);
  if (value && percent) value = *value / 100;
  return value && *value <= 1 ? value : std::nullopt;
}

/// The part of all events that a name stands for: p99.9 is 0.999, max is 1.
std::optional<double> percentile_in(std::string_view name) {
  if (name == "max") return 1;
  if (!name.starts_with('p')) return std::nullopt;
  const auto percent = units::count_in(name.substr(1));
  return percent && *percent > 0 && *percent < 100 ? std::optional<double>(*percent / 100) : std::nullopt;
}

}  // namespace

objective objective::parse(std::string_view text) {
  objective result;
  result.text = text;
  for (const std::string_view part : units::split(text, ',')) {
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) refuse(text);
    const std::string_view name = part.substr(0, equals);
    const std::string_view value = part.substr(equals + 1);
    if (name == "errors") {
      const auto share = share_in(value);
      if (!share) refuse(text);
      result.errors_max = *share;
      continue;
    }
    const auto share = percentile_in(name);
    const auto at_most = units::duration_in(value);
    if (!share || !at_most || *at_most > units::duration_max) refuse(text);
    result.limits.push_back(
        {*share, std::chrono::duration_cast<std::chrono::nanoseconds>(*at_most), std::string(name)});
  }
  return result;
}

}  // namespace loadgen::capacity
