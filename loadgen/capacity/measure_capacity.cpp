#include "loadgen/capacity/measure_capacity.h"

#include <algorithm>
#include <stdexcept>

#include "loadgen/answers/fates.h"
#include "loadgen/measure/tally.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/run/run.h"
#include "loadgen/run/watcher.h"
#include "loadgen/units/quantity.h"
#include "loadgen/verify/description.h"

namespace loadgen::capacity {

namespace {

class measurer final : private run::watcher {
 public:
  measurer(const plan::run_options& options, const settings& how, const std::atomic<bool>& interrupt)
      : options_(options), settings_(how), interrupt_(interrupt) {
    options_.events.clear();
    // A refusal is a failure of the objective: sending the event again would hide it.
    options_.retry = "none";
    options_.on_busy = "count";
    options_.drain = "1s";
    options_.duration = units::written(how.step);
  }

  /// Events a second that the server takes from a closed loop: a place to begin the search, not its answer.
  double probe() {
    say("probing with a closed loop ... ");
    options_.rate = "max";
    const plan::run_plan plan = plan::make_plan(options_);
    const run::result done = measure_run(plan);
    const double rate = acked_per_second(done, plan);
    say(units::format_count(rate) + " events/s\n");
    if (rate <= 0) throw std::runtime_error("no event was acked: " + first_complaint(done));
    return rate;
  }

  measurement at(double rate) {
    say(std::string("measuring ") + units::format_count(rate) + "/s ... ");
    options_.rate = std::to_string(rate);
    const plan::run_plan plan = plan::make_plan(options_);
    const run::result done = measure_run(plan);
    measurement point;
    point.rate = rate;
    point.achieved = acked_per_second(done, plan);
    const measure::counters& counts = done.course.total().counts;
    const auto all = static_cast<double>(std::max<std::uint64_t>(1, counts.events_sent + counts.events_unsent));
    point.errors = 1 - static_cast<double>(counts.with_fate(answers::fate::acked)) / all;
    const double elapsed = std::max(1e-9, units::seconds_of(done.course.elapsed()));
    if (const auto server = done.course.server_cpu()) point.server_cores = units::seconds_of(*server) / elapsed;
    point.machine_cores = units::seconds_of(done.course.machine_cpu()) / elapsed;
    point.generator_cores = units::seconds_of(done.course.own_cpu()) / elapsed;
    point.generator_limited = done.generator_limited;
    judge(point, settings_.slo, done.course.total().corrected);
    say("p99 " + units::format_latency(point.latency.p99) +
        (point.held ? ", held\n" : ", not held: " + point.why + "\n"));
    return point;
  }

 private:
  run::result measure_run(const plan::run_plan& plan) {
    run::result done = run::execute(plan, settings_.of_run, *this, interrupt_);
    if (interrupt_) throw std::runtime_error("interrupted");
    const bool lost = done.verification && !done.verification->sound();
    if (lost)
      throw std::runtime_error("Kafka does not hold what the server acked, so no rate counts:\n" +
                               describe(*done.verification));
    if (!done.verify_error.empty()) throw std::runtime_error(done.verify_error);
    return done;
  }

  void on_wait(const std::string& what) override { say(what + "\n"); }

  static double acked_per_second(const run::result& done, const plan::run_plan& plan) {
    const double sending = std::min(units::seconds_of(plan.duration), units::seconds_of(done.course.elapsed()));
    return static_cast<double>(done.course.total().counts.with_fate(answers::fate::acked)) / std::max(1e-9, sending);
  }

  static std::string first_complaint(const run::result& done) {
    const auto& complaints = done.course.total().complaints;
    return complaints.empty() ? "the server gave no reason" : complaints.begin()->first;
  }

  void say(const std::string& text) {
    if (settings_.progress == nullptr) return;
    std::fputs(text.c_str(), settings_.progress);
    std::fflush(settings_.progress);
  }

  plan::run_options options_;
  const settings& settings_;
  const std::atomic<bool>& interrupt_;
};

}  // namespace

result measure_capacity(const plan::run_options& options, const settings& how, const std::atomic<bool>& interrupt) {
  measurer measure(options, how, interrupt);
  const double probe = measure.probe();
  return find_capacity(how.search, probe, [&](double rate) { return measure.at(rate); });
}

}  // namespace loadgen::capacity
