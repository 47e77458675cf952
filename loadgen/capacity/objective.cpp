#include "loadgen/capacity/objective.h"

#include "loadgen/units/quantity.h"

namespace loadgen::capacity {

namespace {

double parse_share(std::string_view text) {
  const bool percent = text.ends_with('%');
  const double value = units::parse_count(percent ? text.substr(0, text.size() - 1) : text) / (percent ? 100 : 1);
  if (value > 1) throw units::usage_error("--slo: errors is a share from 0 to 1, or a percentage as in errors=0.1%");
  return value;
}

}  // namespace

objective objective::parse(std::string_view text) {
  objective result;
  result.text = text;
  for (const std::string_view part : units::split(text, ',')) {
    const auto equals = part.find('=');
    const std::string_view name = part.substr(0, equals);
    if (equals == std::string_view::npos)
      throw units::usage_error("--slo: cannot read '" + std::string(part) + "'; write p99=50ms,errors=0");
    const std::string_view value = part.substr(equals + 1);
    if (name == "errors") {
      result.errors_max = parse_share(value);
    } else if (name == "max") {
      result.limits.push_back({1, units::parse_duration(value), "max"});
    } else if (name.starts_with('p') && name.size() > 1) {
      const double share = units::parse_count(name.substr(1)) / 100;
      if (share <= 0 || share >= 1) throw units::usage_error("--slo: '" + std::string(name) + "' is no percentile");
      result.limits.push_back({share, units::parse_duration(value), std::string(name)});
    } else {
      throw units::usage_error("--slo: no objective '" + std::string(name) +
                               "'; known are p50, p99, p99.9 and the like, max, errors");
    }
  }
  return result;
}

}  // namespace loadgen::capacity
