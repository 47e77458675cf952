#include "loadgen/report/summary.h"

#include <algorithm>
#include <array>

#include "loadgen/answers/fates.h"
#include "loadgen/answers/outcome.h"
#include "loadgen/measure/histogram.h"
#include "loadgen/measure/process_cpu.h"
#include "loadgen/measure/progress.h"
#include "loadgen/measure/tally.h"
#include "loadgen/units/quantity.h"
#include "loadgen/verify/description.h"

namespace loadgen::report {

namespace {

std::string label(std::string_view name) {
  std::string text = "  " + std::string(name);
  text.resize(18, ' ');
  return text;
}

using answers::event_outcome;
using answers::fate;
using measure::counters;
using measure::progress;
using units::format_count;
using units::format_fixed;
using units::format_latency;

std::string count(std::uint64_t value) { return format_count(static_cast<double>(value)); }

std::string latency_line(std::string_view name, const measure::histogram& from) {
  const measure::latency_points p = measure::points_of(from);
  return label(name) + "p50 " + format_latency(p.p50) + "   p90 " + format_latency(p.p90) + "   p99 " +
         format_latency(p.p99) + "   p99.9 " + format_latency(p.p999) + "   p99.99 " + format_latency(p.p9999) +
         "   max " + format_latency(p.max) + "\n";
}

std::string outcomes_of(const counters& counts, fate which) {
  std::string text;
  for (std::size_t i = 0; i < answers::event_outcomes; ++i) {
    const auto outcome = static_cast<event_outcome>(i);
    if (answers::fate_of(outcome) != which || counts.outcomes[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(name_of(outcome)) + " " + count(counts.outcomes[i]);
  }
  return text.empty() ? "" : "   (" + text + ")";
}

std::string trouble(const counters& counts) {
  const std::array<std::pair<const char*, std::uint64_t>, 6> kinds{{{"429/503 answers", counts.busy_answers},
                                                                    {"failed connects", counts.connect_failures},
                                                                    {"broken connections", counts.connections_broken},
                                                                    {"timeouts", counts.timeouts},
                                                                    {"answers that make no sense", counts.bad_answers},
                                                                    {"events sent again", counts.events_resent}}};
  std::string text;
  for (const auto& [name, value] : kinds) {
    if (value > 0) text += (text.empty() ? "" : ", ") + count(value) + " " + name;
  }
  return text;
}

std::string cpu_lines(const progress& course) {
  const auto events = static_cast<double>(std::max<std::uint64_t>(1, course.total().counts.events_sent));
  const auto per_event = [&](std::chrono::nanoseconds cpu) {
    return format_fixed(static_cast<double>(cpu.count()) / 1e3 / events, 3) + " us CPU per event";
  };
  const double elapsed = std::max(1e-9, units::seconds_of(course.elapsed()));
  const auto in_cores = [&](std::chrono::nanoseconds cpu) {
    return format_fixed(units::seconds_of(cpu) / elapsed, 2) + " cores";
  };
  std::string text = label("generator") + per_event(course.own_cpu()) + ", " + in_cores(course.own_cpu()) + "\n";
  if (const auto server = course.server_cpu()) {
    text += label("server") + per_event(*server) + ", " + in_cores(*server) + " (pid " +
            std::to_string(*course.server_pid()) + ", " + measure::command_of(*course.server_pid()) + ")\n";
  }
  return text;
}

std::string opening(const plan::run_plan& plan, const run::result& done) {
  std::string text = "run " + plan.run_text + ": " + plan.target + ", topic " + plan.topic + ", ";
  text += plan.closed_loop() ? "closed loop, as fast as answers come (for latency at a rate: --rate)"
                             : "open loop, rate " + plan.rate_text;
  text += done.interrupted ? ", interrupted\n" : "\n";
  for (const std::string& note : plan.notes) text += "  note: " + note + "\n";
  return text;
}

std::string fates_of(const counters& counts, double elapsed) {
  std::string text = label("sent") + count(counts.events_sent) + " events in " + count(counts.requests) +
                     " requests, " + format_fixed(elapsed, 1) + " s, " +
                     format_count(static_cast<double>(counts.events_sent) / elapsed) + "/s, " +
                     format_fixed(static_cast<double>(counts.event_bytes) / elapsed / 1e6, 1) + " MB/s\n";
  text += label("acked") + count(counts.with_fate(fate::acked)) + ", " +
          format_count(static_cast<double>(counts.with_fate(fate::acked)) / elapsed) + "/s" +
          (counts.outcome(event_outcome::duplicate) > 0 ? outcomes_of(counts, fate::acked) : "") + "\n";
  text += label("refused") + count(counts.with_fate(fate::refused)) + outcomes_of(counts, fate::refused) + "\n";
  text += label("unknown") + count(counts.with_fate(fate::unknown)) + outcomes_of(counts, fate::unknown) + "\n";
  if (counts.events_unsent > 0) {
    text += label("not sent") + count(counts.events_unsent) +
            ": every connection still waited for an answer when they were due; more --connections may help\n";
  }
  return text;
}

std::string verification_of(const run::result& done) {
  if (done.verification) return verify::describe(*done.verification);
  if (!done.verify_error.empty()) return "NOT VERIFIED: " + done.verify_error + "\n";
  return "not verified: --verify HOST:PORT reads the events back from Kafka\n";
}

}  // namespace

std::string describe(const plan::run_plan& plan, const run::result& done) {
  const progress& course = done.course;
  const counters& counts = course.total().counts;
  std::string text = opening(plan, done) + fates_of(counts, std::max(1e-9, units::seconds_of(course.elapsed())));
  if (const std::string what = trouble(counts); !what.empty()) text += label("trouble") + what + "\n";
  for (const auto& [what, times] : course.total().complaints) text += label("") + count(times) + " x " + what + "\n";
  if (!plan.closed_loop()) text += latency_line("latency", course.total().corrected);
  text += latency_line(plan.closed_loop() ? "service time" : "  service time", course.total().service);
  text += cpu_lines(course);
  for (const std::string& limit : done.limits) text += label("our own limit") + limit + "\n";
  for (const std::string& remark : done.remarks) text += label("note") + remark + "\n";
  if (!done.run_file.empty()) text += label("run file") + done.run_file + "\n";
  if (!done.run_file_error.empty()) text += label("run file") + done.run_file_error + "\n";
  return text + verification_of(done);
}

}  // namespace loadgen::report
