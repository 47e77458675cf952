#include "loadgen/events/size_mix.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "loadgen/units/option.h"
#include "loadgen/units/quantity.h"

namespace loadgen::events {

namespace {

std::optional<std::size_t> size_in(std::string_view text) {
  const auto value = units::count_in(text);
  const bool fits = value && *value >= 1 && *value <= static_cast<double>(size_mix::size_max);
  if (!fits || *value != std::floor(*value)) return std::nullopt;
  return static_cast<std::size_t>(*value);
}

[[noreturn]] void refuse(std::string_view text) {
  units::refuse("--size", text,
                "write bytes from 1 to " + units::format_count(size_mix::size_max) +
                    ": 256, 100-1024 (uniform) or 256:90,4096:10 (weighted)");
}

}  // namespace

size_mix size_mix::parse(std::string_view text) {
  size_mix result;
  result.text_ = text;
  for (const std::string_view part : units::split(text, ',')) {
    const auto colon = part.find(':');
    const auto weight =
        colon == std::string_view::npos ? std::optional<double>(1) : units::count_in(part.substr(colon + 1));
    const std::string_view sizes = part.substr(0, colon);
    const auto dash = sizes.find('-');
    const auto from = size_in(sizes.substr(0, dash));
    const auto to = dash == std::string_view::npos ? from : size_in(sizes.substr(dash + 1));
    if (!from || !to || *to < *from || !weight || *weight <= 0) refuse(text);
    result.ranges_.push_back({*from, *to, *weight});
  }
  return result;
}

std::vector<std::size_t> size_mix::spread(std::size_t count) const {
  double total = 0;
  for (const range& r : ranges_) total += r.weight;
  std::vector<std::size_t> sizes;
  double reached = 0;
  for (const range& r : ranges_) {
    reached += r.weight;
    const auto end = static_cast<std::size_t>(std::llround(reached / total * static_cast<double>(count)));
    const std::size_t here = end - sizes.size();
    for (std::size_t i = 0; i < here; ++i) {
      const double share = here < 2 ? 0.5 : static_cast<double>(i) / static_cast<double>(here - 1);
      sizes.push_back(r.from + static_cast<std::size_t>(std::llround(share * static_cast<double>(r.to - r.from))));
    }
  }
  return sizes;
}

std::size_t size_mix::smallest() const {
  return std::min_element(ranges_.begin(), ranges_.end(), [](auto& a, auto& b) { return a.from < b.from; })->from;
}

std::size_t size_mix::largest() const {
  return std::max_element(ranges_.begin(), ranges_.end(), [](auto& a, auto& b) { return a.to < b.to; })->to;
}

double size_mix::mean() const {
  double total = 0;
  double weights = 0;
  for (const range& r : ranges_) {
    total += r.weight * static_cast<double>(r.from + r.to) / 2;
    weights += r.weight;
  }
  return total / weights;
}

}  // namespace loadgen::events
