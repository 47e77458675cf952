#include "loadgen/summary.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "loadgen/process_cpu.h"
#include "loadgen/units.h"

namespace loadgen {

namespace {

std::string label(std::string_view name) {
  std::string text = "  " + std::string(name);
  text.resize(18, ' ');
  return text;
}

std::string fixed(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string count(std::uint64_t value) { return format_count(static_cast<double>(value)); }

std::string latency_line(std::string_view name, const histogram& from) {
  const latency_points p = points_of(from);
  return label(name) + "p50 " + format_latency(p.p50) + "   p90 " + format_latency(p.p90) + "   p99 " +
         format_latency(p.p99) + "   p99.9 " + format_latency(p.p999) + "   p99.99 " + format_latency(p.p9999) +
         "   max " + format_latency(p.max) + "\n";
}

std::string outcomes_of(const counters& counts, fate which) {
  std::string text;
  for (std::size_t i = 0; i < event_outcomes; ++i) {
    const auto outcome = static_cast<event_outcome>(i);
    if (fate_of(outcome) != which || counts.outcomes[i] == 0) continue;
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
    return fixed(static_cast<double>(cpu.count()) / 1e3 / events, 3) + " us CPU per event";
  };
  const double elapsed = std::max(1e-9, seconds_of(course.elapsed()));
  const auto in_cores = [&](std::chrono::nanoseconds cpu) { return fixed(seconds_of(cpu) / elapsed, 2) + " cores"; };
  std::string text = label("generator") + per_event(course.own_cpu()) + ", " + in_cores(course.own_cpu()) + "\n";
  if (const auto server = course.server_cpu()) {
    text += label("server") + per_event(*server) + ", " + in_cores(*server) + " (pid " +
            std::to_string(*course.server_pid()) + ", " + command_of(*course.server_pid()) + ")\n";
  }
  return text;
}

}  // namespace

std::string describe(const run_plan& plan, const run_result& result) {
  const progress& course = result.course;
  const counters& counts = course.total().counts;
  const double elapsed = std::max(1e-9, seconds_of(course.elapsed()));
  std::string text = "run " + plan.run_text + ": " + plan.target + ", topic " + plan.topic + ", ";
  text += plan.closed_loop() ? "closed loop, as fast as answers come (for latency at a rate: --rate)"
                             : "open loop, rate " + plan.rate_text;
  text += result.interrupted ? ", interrupted\n" : "\n";
  for (const std::string& note : plan.notes) text += "  note: " + note + "\n";
  text += label("sent") + count(counts.events_sent) + " events in " + count(counts.requests) + " requests, " +
          fixed(elapsed, 1) + " s, " + format_count(static_cast<double>(counts.events_sent) / elapsed) + "/s, " +
          fixed(static_cast<double>(counts.event_bytes) / elapsed / 1e6, 1) + " MB/s\n";
  text += label("acked") + count(counts.with_fate(fate::acked)) + ", " +
          format_count(static_cast<double>(counts.with_fate(fate::acked)) / elapsed) + "/s" +
          (counts.outcome(event_outcome::duplicate) > 0 ? outcomes_of(counts, fate::acked) : "") + "\n";
  text += label("refused") + count(counts.with_fate(fate::refused)) + outcomes_of(counts, fate::refused) + "\n";
  text += label("unknown") + count(counts.with_fate(fate::unknown)) + outcomes_of(counts, fate::unknown) + "\n";
  if (counts.events_unsent > 0) {
    text += label("not sent") + count(counts.events_unsent) +
            ": every connection was still waiting for an answer when they were due (more --connections?)\n";
  }
  if (const std::string what = trouble(counts); !what.empty()) text += label("trouble") + what + "\n";
  for (const auto& [what, times] : course.total().complaints) text += label("") + count(times) + " x " + what + "\n";
  if (!plan.closed_loop()) text += latency_line("latency", course.total().corrected);
  text += latency_line(plan.closed_loop() ? "service time" : "  service time", course.total().service);
  text += cpu_lines(course);
  for (const std::string& limit : result.limits) text += label("our own limit") + limit + "\n";
  for (const std::string& remark : result.remarks) text += label("mind") + remark + "\n";
  if (!result.run_file.empty()) text += label("run file") + result.run_file + "\n";
  if (result.verification) text += describe(*result.verification);
  if (!result.verify_error.empty()) text += "NOT VERIFIED: " + result.verify_error + "\n";
  if (!result.verification && result.verify_error.empty()) {
    text += "not verified: with --verify HOST:PORT the events are read back from Kafka\n";
  }
  return text;
}

}  // namespace loadgen
