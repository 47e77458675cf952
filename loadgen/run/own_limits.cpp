#include "loadgen/run/own_limits.h"

#include <algorithm>

#include "loadgen/events/aggregates.h"
#include "loadgen/measure/process_cpu.h"
#include "loadgen/measure/progress.h"
#include "loadgen/plan/options.h"
#include "loadgen/units/quantity.h"

namespace loadgen::run {

namespace {

using namespace std::chrono_literals;

std::string percent(double share) { return std::to_string(static_cast<int>(share * 100 + 0.5)) + " %"; }

/// How many times its equal part the connection with the hottest aggregates sends; it sends the last of them alone.
double most_loaded(const plan::run_plan& plan) {
  const auto weights = events::aggregate_picker::weights(plan.aggregates, plan.connections, plan.how);
  return *std::max_element(weights.begin(), weights.end()) * plan.connections;
}

}  // namespace

void note_own_limits(const plan::run_plan& plan, result& of_run) {
  const measure::progress& course = of_run.course;
  const double elapsed = std::max(1e-9, units::seconds_of(course.elapsed()));
  const double thread_share = units::seconds_of(of_run.busiest_thread) / elapsed;
  if (thread_share > 0.9) {
    of_run.generator_limited = true;
    of_run.limits.push_back("an I/O thread of the generator used " + percent(thread_share) +
                            " of a core: the rate may be ours, not the server's; give it more with --threads");
  }
  const auto late = course.total().lateness.percentile(0.99);
  const auto p99 = course.total().corrected.percentile(0.99);
  if (!plan.closed_loop() && late > 1ms && late > p99 / 10) {
    of_run.limits.push_back("1 % of the requests went out more than " + units::format_latency(late) +
                            " late by our own delay, which is part of the latency");
  }
}

std::vector<std::string> remarks_on(const plan::run_plan& plan, const result& of_run) {
  std::vector<std::string> remarks;
  const double elapsed = std::max(1e-9, units::seconds_of(of_run.course.elapsed()));
  const double share = units::seconds_of(of_run.course.machine_cpu()) / elapsed / measure::machine_cores();
  if (share >= 0.95)
    remarks.push_back("this machine's CPU was " + percent(std::min(1.0, share)) +
                      " busy: everything that runs here had to wait for it, and latency includes that");
  const bool fixed = plan.closed_loop() && plan.events && !plan.replay && plan.protocol != plan::protocol_kind::kafka;
  if (const double load = fixed ? most_loaded(plan) : 1; load > 2)
    remarks.push_back("with this --skew one connection has " + percent(load) +
                      " of an equal part of the events and sends the last of them alone, which slows the mean rate: "
                      "for a rate use --duration instead of --events");
  return remarks;
}

}  // namespace loadgen::run
