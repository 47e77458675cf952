#include "loadgen/capacity/search.h"

#include <algorithm>
#include <cmath>

#include "loadgen/measure/process_cpu.h"
#include "loadgen/units/quantity.h"

namespace loadgen::capacity {

namespace {

/// Two digits carry all the meaning a measured rate has; round figures are easier to talk about.
double round_rate(double rate) {
  const double step = std::pow(10, std::floor(std::log10(std::max(rate, 1.0))) - 1);
  return std::max(1.0, std::round(rate / (step / 2)) * (step / 2));
}

class searcher {
 public:
  searcher(const search_limits& search, const std::function<measurement(double)>& measure)
      : search_(search), measure_(measure) {}

  result find(double probe) {
    ramp(probe);
    bisect();
    confirm();
    return std::move(result_);
  }

 private:
  bool may_go_on() const { return static_cast<int>(result_.points.size()) < search_.measurements_max; }

  bool measure_once(double rate, bool repeat) {
    measurement point = measure_(rate);
    point.rate = rate;
    point.repeat = repeat;
    if (point.generator_limited) capped_ = true;
    return result_.points.emplace_back(std::move(point)).held;
  }

  /// A single failure may be a hiccup of the machine: two of three decide where the search goes on.
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

  const search_limits& search_;
  const std::function<measurement(double)>& measure_;
  result result_;
  double good_ = 0;
  double bad_ = 0;
  bool capped_ = false;
};

/// The reason why the lowest rate that was not held was not.
std::string name_limit(const result& found) {
  const measurement* lowest = nullptr;
  for (const measurement& point : found.points) {
    if (!point.held && point.rate > found.rate && (lowest == nullptr || point.rate < lowest->rate)) lowest = &point;
  }
  if (lowest == nullptr) {
    const bool ours =
        std::any_of(found.points.begin(), found.points.end(), [](auto& p) { return p.generator_limited; });
    return ours ? "the generator itself: give it more --threads or cores; the server may hold more"
                : "nothing: every rate that was tried was held";
  }
  std::string text = "at " + units::format_count(lowest->rate) + "/s " + lowest->why;
  const double cores = measure::machine_cores();
  if (lowest->generator_limited) return text + "; the generator itself was at its limit there";
  if (lowest->server_cores && *lowest->server_cores > 0.9 * cores)
    text += "; the server used all cores";
  else if (lowest->machine_cores > 0.95 * cores)
    text += "; the machine's CPU was used up (server, Kafka and generator share it)";
  else if (lowest->server_cores)
    text += "; CPU was not the limit (server " + units::format_fixed(*lowest->server_cores, 2) + " cores)";
  return text;
}

}  // namespace

const measurement* result::answer() const {
  const measurement* worst = nullptr;
  for (const measurement& point : points) {
    if (point.rate != rate || !point.held) continue;
    if (worst == nullptr || point.latency.p99 > worst->latency.p99) worst = &point;
  }
  return worst;
}

result find_capacity(const search_limits& search, double probe,
                     const std::function<measurement(double rate)>& measure) {
  result found = searcher(search, measure).find(std::max(10.0, probe));
  found.limited_by = name_limit(found);
  return found;
}

}  // namespace loadgen::capacity
