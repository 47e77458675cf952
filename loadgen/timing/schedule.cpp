#include "loadgen/timing/schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "loadgen/units/option.h"
#include "loadgen/units/quantity.h"

namespace loadgen::timing {

namespace {
constexpr double forever = std::numeric_limits<double>::infinity();
// Beyond this, seconds no longer fit the clock's 64-bit nanoseconds.
constexpr double seconds_max = 9e9;
constexpr double rate_limit = 1e9;  // an event a nanosecond

[[noreturn]] void refuse(std::string_view text) {
  units::refuse("--rate", text,
                "write events a second above 0: 50000, steps 1000:5s,5000:10s (the last may lack its time), a ramp "
                "1000..50000:30s, or max for as fast as answers come");
}

}  // namespace

double schedule::part::events_in(double elapsed) const {
  const double t = std::clamp(elapsed, 0.0, seconds);
  if (from == to) return from * t;
  return from * t + (to - from) / (2 * seconds) * t * t;
}

double schedule::part::time_of(double events) const {
  if (from == to) return from > 0 ? events / from : forever;
  // Solves events = from*t + slope/2*t^2 in the form that stays exact when the slope is small.
  const double slope = (to - from) / seconds;
  const double root = std::sqrt(std::max(0.0, from * from + 2 * slope * events));
  return from + root > 0 ? 2 * events / (from + root) : 0;
}

std::optional<schedule::part> schedule::part_in(std::string_view text, bool last) {
  part next{0, 0, forever, 0, 0};
  const auto colon = text.find(':');
  if (colon == std::string_view::npos && !last) return std::nullopt;
  if (colon != std::string_view::npos) {
    const auto length = units::duration_in(text.substr(colon + 1));
    if (!length || length->count() <= 0 || *length > units::duration_max) return std::nullopt;
    next.seconds = length->count() / 1e9;
  }
  const std::string_view rate = text.substr(0, colon);
  const auto dots = rate.find("..");
  const auto from = units::count_in(rate.substr(0, dots));
  const auto to = dots == std::string_view::npos ? from : units::count_in(rate.substr(dots + 2));
  if (!from || !to || std::max(*from, *to) > rate_limit) return std::nullopt;
  next.from = *from;
  next.to = *to;
  if (next.from != next.to && next.seconds == forever) return std::nullopt;
  return next;
}

void schedule::append(part next) {
  if (!parts_.empty()) {
    const part& last = parts_.back();
    next.start = last.start + last.seconds;
    next.before = last.before + last.events_in(last.seconds);
  }
  parts_.push_back(next);
}

schedule schedule::parse(std::string_view text) {
  schedule result;
  if (text == "max") return result;
  const auto texts = units::split(text, ',');
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto next = part_in(texts[i], i + 1 == texts.size());
    if (!next) refuse(text);
    result.append(*next);
  }
  if (result.rate_max() <= 0) refuse(text);
  return result;
}

std::optional<std::chrono::nanoseconds> schedule::length() const {
  if (parts_.empty() || parts_.back().seconds == forever) return std::nullopt;
  return std::chrono::nanoseconds(std::llround((parts_.back().start + parts_.back().seconds) * 1e9));
}

double schedule::events_until(std::chrono::nanoseconds since_start) const {
  const double now = units::seconds_of(since_start);
  double events = 0;
  for (const part& p : parts_) {
    if (now < p.start) break;
    events = p.before + p.events_in(now - p.start);
  }
  return events;
}

std::chrono::nanoseconds schedule::time_of(double events) const {
  for (const part& p : parts_) {
    const bool open_end = p.seconds == forever;
    if (!open_end && events >= p.before + p.events_in(p.seconds)) continue;
    const double at = p.start + p.time_of(events - p.before);
    if (at < seconds_max) return std::chrono::nanoseconds(std::llround(at * 1e9));
  }
  return std::chrono::nanoseconds::max();
}

double schedule::rate_max() const {
  double highest = 0;
  for (const part& p : parts_) highest = std::max({highest, p.from, p.to});
  return highest;
}

}  // namespace loadgen::timing
