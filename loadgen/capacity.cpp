#include "loadgen/capacity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "loadgen/process_cpu.h"
#include "loadgen/units.h"

namespace loadgen {

namespace {

double parse_share(std::string_view text) {
  const bool percent = text.ends_with('%');
  const double value = parse_count(percent ? text.substr(0, text.size() - 1) : text) / (percent ? 100 : 1);
  if (value > 1) throw usage_error("--slo: errors is a share from 0 to 1, or a percentage as in errors=0.1%");
  return value;
}

std::string print(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

/// Two digits carry all the meaning a measured rate has; round figures are easier to talk about.
double round_rate(double rate) {
  const double step = std::pow(10, std::floor(std::log10(std::max(rate, 1.0))) - 1);
  return std::max(1.0, std::round(rate / (step / 2)) * (step / 2));
}

class searcher {
 public:
  searcher(const capacity_search& search, const std::function<capacity_point(double)>& measure)
      : search_(search), measure_(measure) {}

  capacity_result find(double probe) {
    ramp(probe);
    bisect();
    confirm();
    return std::move(result_);
  }

 private:
  bool may_go_on() const { return static_cast<int>(result_.points.size()) < search_.measurements_max; }

  bool measure_once(double rate, bool repeat) {
    capacity_point point = measure_(rate);
    point.rate = rate;
    point.repeat = repeat;
    if (point.generator_limited) capped_ = true;
    return result_.points.emplace_back(std::move(point)).held;
  }

  /// A single failure may be the machine's hiccup: two of three decide where the search goes.
  bool try_rate(double rate) {
    bool held = measure_once(rate, false);
    if (!held && may_go_on()) held = measure_once(rate, true) && may_go_on() && measure_once(rate, true);
    (held ? good_ : bad_) = rate;
    return held;
  }

  void ramp(double probe) {
    for (const double share : {0.1, 0.25, 0.5, 0.7, 0.85, 1.0}) {
      if (!reach(probe * share)) return;
    }
    for (double rate = probe * 1.2; reach(rate); rate *= 1.2) {
    }
  }

  /// One step of the ramp; false when it ends there.
  bool reach(double rate) {
    const bool at_max = search_.rate_max > 0 && rate >= search_.rate_max;
    rate = at_max ? search_.rate_max : round_rate(rate);
    if (rate <= good_) return !at_max;
    return try_rate(rate) && !at_max && !capped_ && may_go_on();
  }

  void bisect() {
    // Below the lowest step of the ramp nothing is known to hold: go down by halves first.
    for (int i = 0; i < 8 && good_ == 0 && bad_ > 1 && may_go_on(); ++i) try_rate(round_rate(bad_ / 2));
    while (good_ > 0 && bad_ > good_ * (1 + search_.precision) && may_go_on()) {
      const double middle = round_rate((good_ + bad_) / 2);
      if (middle <= good_ || middle >= bad_) return;
      try_rate(middle);
    }
  }

  void confirm() {
    while (good_ > 0 && may_go_on()) {
      bool all = true;
      // The measurement that found the rate is the first of them.
      for (int i = 1; i < search_.repeats && all; ++i) all = measure_once(good_, true);
      if (all) {
        result_.rate = good_;
        return;
      }
      const double lower = round_rate(good_ * (1 - search_.precision));
      good_ = lower < good_ ? lower : good_ / 2;
      if (good_ < 1 || !may_go_on()) return;
      if (!measure_once(good_, true)) good_ = round_rate(good_ * (1 - search_.precision));
    }
  }

  const capacity_search& search_;
  const std::function<capacity_point(double)>& measure_;
  capacity_result result_;
  double good_ = 0;
  double bad_ = 0;
  bool capped_ = false;
};

/// What stood in the way at the lowest rate that was not held.
std::string name_limit(const capacity_result& result) {
  const capacity_point* lowest = nullptr;
  for (const capacity_point& point : result.points) {
    if (!point.held && point.rate > result.rate && (lowest == nullptr || point.rate < lowest->rate)) lowest = &point;
  }
  if (lowest == nullptr) {
    const bool ours =
        std::any_of(result.points.begin(), result.points.end(), [](auto& p) { return p.generator_limited; });
    return ours ? "the generator itself: give it more --threads or cores; the server may hold more"
                : "nothing found: every rate tried was held";
  }
  std::string text = "at " + format_count(lowest->rate) + "/s " + lowest->why;
  const double cores = machine_cores();
  if (lowest->generator_limited) return text + "; the generator itself was at its limit there";
  if (lowest->server_cores && *lowest->server_cores > 0.9 * cores)
    text += "; the server used all cores";
  else if (lowest->machine_cores > 0.95 * cores)
    text += "; the machine's CPU was used up (server, Kafka and generator share it)";
  else if (lowest->server_cores)
    text += "; CPU was not the limit (server " + print("%.2f", *lowest->server_cores) + " cores)";
  return text;
}

}  // namespace

objective objective::parse(std::string_view text) {
  objective result;
  result.text = text;
  for (const std::string_view part : split(text, ',')) {
    const auto equals = part.find('=');
    const std::string_view name = part.substr(0, equals);
    if (equals == std::string_view::npos)
      throw usage_error("--slo: cannot read '" + std::string(part) + "'; write p99=50ms,errors=0");
    const std::string_view value = part.substr(equals + 1);
    if (name == "errors") {
      result.errors_max = parse_share(value);
    } else if (name == "max") {
      result.limits.push_back({1, parse_duration(value), "max"});
    } else if (name.starts_with('p') && name.size() > 1) {
      const double share = parse_count(name.substr(1)) / 100;
      if (share <= 0 || share >= 1) throw usage_error("--slo: '" + std::string(name) + "' is no percentile");
      result.limits.push_back({share, parse_duration(value), std::string(name)});
    } else {
      throw usage_error("--slo: no objective '" + std::string(name) +
                        "'; known are p50, p99, p99.9 and the like, max, errors");
    }
  }
  return result;
}

void judge(capacity_point& point, const objective& slo, const histogram& latency) {
  point.latency = points_of(latency);
  point.held = true;
  const auto fail = [&](std::string why) {
    point.held = false;
    point.why += (point.why.empty() ? "" : ", ") + why;
  };
  if (point.errors > slo.errors_max)
    fail(print("%.3g", point.errors * 100) + " % of the events were not acked in time");
  for (const objective::limit& limit : slo.limits) {
    const auto measured = latency.percentile(limit.share);
    if (measured > limit.at_most) fail(limit.name + " was " + format_latency(measured));
  }
}

const capacity_point* capacity_result::answer() const {
  const capacity_point* worst = nullptr;
  for (const capacity_point& point : points) {
    if (point.rate != rate || !point.held) continue;
    if (worst == nullptr || point.latency.p99 > worst->latency.p99) worst = &point;
  }
  return worst;
}

capacity_result find_capacity(const capacity_search& search, double probe,
                              const std::function<capacity_point(double rate)>& measure) {
  capacity_result result = searcher(search, measure).find(std::max(10.0, probe));
  result.limited_by = name_limit(result);
  return result;
}

std::string describe(const capacity_result& result, const objective& slo) {
  std::string text = "      rate/s      acked/s        p50        p99      p99.9   errors  server  machine\n";
  std::vector<capacity_point> sorted = result.points;
  std::stable_sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.rate < b.rate; });
  const auto column = [](std::string value, std::size_t width) {
    return std::string(value.size() < width ? width - value.size() : 0, ' ') + value;
  };
  for (const capacity_point& point : sorted) {
    text += column(format_count(point.rate), 12) + column(format_count(point.achieved), 13);
    text += column(format_latency(point.latency.p50), 11) + column(format_latency(point.latency.p99), 11);
    text += column(format_latency(point.latency.p999), 11) + column(print("%.3g%%", point.errors * 100), 9);
    text += column(point.server_cores ? print("%.2f", *point.server_cores) : "-", 8);
    text += column(print("%.2f", point.machine_cores), 9) + (point.held ? "  held" : "  not held: " + point.why) + "\n";
  }
  if (const capacity_point* const at = result.answer()) {
    text += "capacity: " + format_count(result.rate) + " events/s within " + slo.text + " (p99 " +
            format_latency(at->latency.p99) + " at worst of its repeats)\n";
  } else {
    text += "capacity: no rate that was tried held " + slo.text + "\n";
  }
  return text + "limited by: " + result.limited_by + "\n";
}

}  // namespace loadgen
