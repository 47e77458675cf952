#include "loadgen/capacity_run.h"

#include <algorithm>
#include <stdexcept>

#include "loadgen/units.h"

namespace loadgen {

namespace {

class measurer {
 public:
  measurer(const run_options& options, const capacity_settings& settings, const std::atomic<bool>& interrupt)
      : options_(options), settings_(settings), interrupt_(interrupt) {
    options_.events.clear();
    // A refusal is a failure of the objective, not something to try again until it is gone.
    options_.retry = "none";
    options_.on_busy = "count";
    options_.drain = "1s";
    options_.duration = settings.step;
  }

  /// Events a second the server takes from a closed loop: where to look, not an answer.
  double probe() {
    say("probing with a closed loop ... ");
    options_.rate = "max";
    const run_plan plan = make_plan(options_);
    const run_result result = measure_run(plan);
    const double rate = acked_per_second(result, plan);
    say(format_count(rate) + " events/s\n");
    if (rate <= 0) throw std::runtime_error("no event was acked: " + first_complaint(result));
    return rate;
  }

  capacity_point at(double rate) {
    say(std::string("measuring ") + format_count(rate) + "/s ... ");
    options_.rate = std::to_string(rate);
    const run_plan plan = make_plan(options_);
    const run_result result = measure_run(plan);
    capacity_point point;
    point.rate = rate;
    point.achieved = acked_per_second(result, plan);
    const counters& counts = result.course.total().counts;
    const auto all = static_cast<double>(std::max<std::uint64_t>(1, counts.events_sent + counts.events_unsent));
    point.errors = 1 - static_cast<double>(counts.with_fate(fate::acked)) / all;
    const double elapsed = std::max(1e-9, seconds_of(result.course.elapsed()));
    if (const auto server = result.course.server_cpu()) point.server_cores = seconds_of(*server) / elapsed;
    point.machine_cores = seconds_of(result.course.machine_cpu()) / elapsed;
    point.generator_cores = seconds_of(result.course.own_cpu()) / elapsed;
    point.generator_limited = result.generator_limited;
    judge(point, settings_.slo, result.course.total().corrected);
    say("p99 " + format_latency(point.latency.p99) + (point.held ? ", held\n" : ", not held: " + point.why + "\n"));
    return point;
  }

 private:
  run_result measure_run(const run_plan& plan) {
    live_view silent(stderr, true);
    run_result result = run(plan, settings_.run, silent, interrupt_);
    if (interrupt_) throw std::runtime_error("interrupted");
    const bool lost = result.verification && !result.verification->sound();
    if (lost)
      throw std::runtime_error("no rate counts from a server that does not keep its word:\n" +
                               describe(*result.verification));
    if (!result.verify_error.empty()) throw std::runtime_error(result.verify_error);
    return result;
  }

  static double acked_per_second(const run_result& result, const run_plan& plan) {
    const double sending = std::min(seconds_of(plan.duration), seconds_of(result.course.elapsed()));
    return static_cast<double>(result.course.total().counts.with_fate(fate::acked)) / std::max(1e-9, sending);
  }

  static std::string first_complaint(const run_result& result) {
    const auto& complaints = result.course.total().complaints;
    return complaints.empty() ? "the server gave no reason" : complaints.begin()->first;
  }

  void say(const std::string& text) {
    if (settings_.progress == nullptr) return;
    std::fputs(text.c_str(), settings_.progress);
    std::fflush(settings_.progress);
  }

  run_options options_;
  const capacity_settings& settings_;
  const std::atomic<bool>& interrupt_;
};

}  // namespace

capacity_result measure_capacity(const run_options& options, const capacity_settings& settings,
                                 const std::atomic<bool>& interrupt) {
  measurer measure(options, settings, interrupt);
  const double probe = measure.probe();
  return find_capacity(settings.search, probe, [&](double rate) { return measure.at(rate); });
}

}  // namespace loadgen
