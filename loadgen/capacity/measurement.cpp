#include "loadgen/capacity/measurement.h"

#include "loadgen/units/quantity.h"

namespace loadgen::capacity {

void judge(measurement& of_rate, const objective& slo, const measure::histogram& latency) {
  of_rate.latency = measure::points_of(latency);
  of_rate.held = true;
  const auto fail = [&](std::string why) {
    of_rate.held = false;
    of_rate.why += (of_rate.why.empty() ? "" : ", ") + why;
  };
  if (of_rate.errors > slo.errors_max)
    fail(units::format_short(of_rate.errors * 100, 3) + " % of the events were not acked in time");
  for (const objective::limit& limit : slo.limits) {
    const auto measured = latency.percentile(limit.share);
    if (measured > limit.at_most) fail(limit.name + " was " + units::format_latency(measured));
  }
}

}  // namespace loadgen::capacity
