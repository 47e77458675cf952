#include "loadgen/report/capacity_table.h"

#include <algorithm>

#include "loadgen/capacity/measurement.h"
#include "loadgen/units/quantity.h"

namespace loadgen::report {

std::string describe(const capacity::result& found, const capacity::objective& slo) {
  std::string text = "      rate/s      acked/s        p50        p99      p99.9   errors  server  machine\n";
  std::vector<capacity::measurement> sorted = found.points;
  std::stable_sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.rate < b.rate; });
  const auto column = [](std::string value, std::size_t width) {
    return std::string(value.size() < width ? width - value.size() : 0, ' ') + value;
  };
  for (const capacity::measurement& point : sorted) {
    text += column(units::format_count(point.rate), 12) + column(units::format_count(point.achieved), 13);
    text += column(units::format_latency(point.latency.p50), 11) + column(units::format_latency(point.latency.p99), 11);
    text += column(units::format_latency(point.latency.p999), 11) +
            column(units::format_short(point.errors * 100, 3) + "%", 9);
    text += column(point.server_cores ? units::format_fixed(*point.server_cores, 2) : "-", 8);
    text += column(units::format_fixed(point.machine_cores, 2), 9) +
            (point.held ? "  held" : "  not held: " + point.why) + "\n";
  }
  if (const capacity::measurement* const at = found.answer()) {
    text += "capacity: " + units::format_count(found.rate) + " events/s within " + slo.text + " (p99 " +
            units::format_latency(at->latency.p99) + " at worst of its repeats)\n";
  } else {
    text += "capacity: no rate that was tried held " + slo.text + "\n";
  }
  return text + "limited by: " + found.limited_by + "\n";
}

}  // namespace loadgen::report
