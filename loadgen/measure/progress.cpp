#include "loadgen/measure/progress.h"

#include <unistd.h>

#include <algorithm>

#include "loadgen/measure/process_cpu.h"
#include "loadgen/units/quantity.h"

namespace loadgen::measure {

latency_points points_of(const histogram& from) {
  return {from.percentile(0.5),
          from.percentile(0.9),
          from.percentile(0.99),
          from.percentile(0.999),
          from.percentile(0.9999),
          from.max(),
          from.mean()};
}

progress::progress(const plan::run_plan& plan, std::optional<std::int64_t> server_pid)
    : plan_(plan), server_pid_(server_pid) {}

progress::cpu_sample progress::sample() const {
  cpu_sample now;
  now.own = cpu_of(::getpid()).value_or(std::chrono::nanoseconds(0));
  if (server_pid_) now.server = cpu_of(*server_pid_);
  now.machine = machine_busy();
  return now;
}

void progress::begin(timing::steady::time_point start) {
  start_ = last_ = start;
  first_cpu_ = last_cpu_ = sample();
}

void progress::add(const tally& counted, timing::steady::time_point now) {
  const cpu_sample cpu = sample();
  second_point point;
  point.at = units::seconds_of(now - start_);
  point.seconds = units::seconds_of(now - last_);
  point.counts = counted.counts;
  point.corrected = points_of(counted.corrected);
  point.service = points_of(counted.service);
  const double span = point.seconds > 0 ? point.seconds : 1;
  const auto intended = [&](timing::steady::time_point at) {
    return plan_.rate.events_until(std::min<std::chrono::nanoseconds>(at - start_, plan_.duration));
  };
  point.target_rate = (intended(now) - intended(last_)) / span;
  point.own_cores = units::seconds_of(cpu.own - last_cpu_.own) / span;
  if (cpu.server && last_cpu_.server) point.server_cores = units::seconds_of(*cpu.server - *last_cpu_.server) / span;
  point.machine_cores = units::seconds_of(cpu.machine - last_cpu_.machine) / span;
  seconds_.push_back(point);
  total_.merge(counted);
  last_ = now;
  last_cpu_ = cpu;
}

std::optional<std::chrono::nanoseconds> progress::server_cpu() const {
  if (!first_cpu_.server || !last_cpu_.server) return std::nullopt;
  return *last_cpu_.server - *first_cpu_.server;
}

}  // namespace loadgen::measure
