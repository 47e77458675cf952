#include "loadgen/store/report.h"

#include <algorithm>

#include "loadgen/json/writer.h"
#include "loadgen/measure/histogram.h"
#include "loadgen/units/quantity.h"

namespace loadgen::store {

namespace {

using check::finding_kind;
using units::format_count;
using units::format_fixed;
using units::format_latency;

std::string label(std::string_view name) {
  std::string text = "  " + std::string(name);
  text.resize(std::max<std::size_t>(18, text.size() + 1), ' ');
  return text;
}

std::string count(std::uint64_t value) { return format_count(static_cast<double>(value)); }

double seconds_of(const result& done) { return std::max(1e-9, units::seconds_of(done.load.took)); }

std::string targets_of(const load::load_plan& plan) {
  std::string text;
  for (const load::instance_address& each : plan.instances) text += (text.empty() ? "" : ",") + each.url;
  return text;
}

std::string latency_line(std::string_view name, const measure::histogram& from) {
  if (from.count() == 0) return {};
  return label(name) + "p50 " + format_latency(from.percentile(0.5)) + "   p99 " +
         format_latency(from.percentile(0.99)) + "   p99.9 " + format_latency(from.percentile(0.999)) + "   max " +
         format_latency(from.max()) + "\n";
}

std::string trouble_of(const load::counts& all) {
  const std::pair<const char*, std::uint64_t> kinds[] = {
      {"requests sent again", all.sent_again},         {"failed connects", all.connect_failures},
      {"broken connections", all.connections_broken},  {"timeouts", all.timeouts},
      {"answers that make no sense", all.bad_answers}, {"reads without an answer", all.reads_not_answered}};
  std::string text;
  for (const auto& [name, value] : kinds) {
    if (value > 0) text += (text.empty() ? "" : ", ") + count(value) + " " + name;
  }
  return text.empty() ? "" : label("trouble") + text + "\n";
}

std::string load_of(const result& done) {
  const load::counts& all = done.load.all;
  const double seconds = seconds_of(done);
  std::string text = label("appends") + count(all.appends) + " in " + format_fixed(seconds, 1) + " s, " +
                     format_count(static_cast<double>(all.appends) / seconds) + "/s: " + count(all.written) +
                     " acked with " + count(all.events) + " events, " + count(all.conflicts) + " conflicts, " +
                     count(all.refused) + " refused, " + count(all.unknown) + " unknown\n";
  text += label("repeats") + count(all.repeats) + " on purpose\n" + label("reads") + count(all.reads) + "\n";
  text += trouble_of(all);
  text += latency_line("append latency", all.append_latency) + latency_line("read latency", all.read_latency);
  text += label("longest pause") + format_latency(done.load.longest_pause) + " without an ack in some partition\n";
  if (done.server_cpu && all.appends > 0) {
    text += label("server") +
            format_fixed(static_cast<double>(done.server_cpu->count()) / 1e3 / static_cast<double>(all.appends), 1) +
            " us CPU per append\n";
  }
  return text;
}

std::string place_of(const check::finding& each) {
  if (each.partition < 0) return {};
  return " at " + std::to_string(each.partition) + ":" + std::to_string(each.offset);
}

std::string verdict_of(const check::report& found) {
  std::string text = label("in Kafka") + count(found.records) + " events, " + count(found.acked_present) +
                     " acked appends, longest aggregate " + count(found.longest_chain) +
                     "; not answered for: " + count(found.unknown_present) + " there, " + count(found.unknown_absent) +
                     " not\n";
  text += label("judged") + count(found.conflicts) + " conflicts, " + count(found.repeats) + " repeats, " +
          count(found.reads) + " reads\n";
  if (found.repeated_late > 0) {
    text += label("note") + count(found.repeated_late) +
            " events were appended again with `any`, beyond the 32 events among which they are recognised\n";
  }
  for (std::size_t k = 0; k < check::finding_kinds; ++k) {
    const auto kind = static_cast<finding_kind>(k);
    if (found.found.count(kind) == 0) continue;
    text += "WRONG: " + count(found.found.count(kind)) + " " + std::string(name_of(kind)) + ": " +
            std::string(meaning_of(kind)) + "\n";
    for (const check::finding& each : found.found.examples()) {
      if (each.kind == kind) text += "  " + each.subject + place_of(each) + ": " + each.detail + "\n";
    }
  }
  return text + (found.sound() ? "PROVEN: one chain an aggregate, every answer was true\n" : "FAILED\n");
}

void write_latency(json::writer& to, const char* name, const measure::histogram& from) {
  to.key(name).begin_object();
  for (const auto& [point, share] : {std::pair("p50", 0.5), {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}}) {
    to.member(point, units::millis_of(from.percentile(share)));
  }
  to.member("max", units::millis_of(from.max())).member("mean", units::millis_of(from.mean())).end_object();
}

void write_load(json::writer& to, const result& done) {
  const load::counts& all = done.load.all;
  to.key("totals").begin_object().member("seconds", seconds_of(done)).member("appends", all.appends);
  to.member("appends_acked", all.written).member("conflicts", all.conflicts).member("refused", all.refused);
  to.member("unknown", all.unknown).member("events_acked", all.events).member("sent_again", all.sent_again);
  to.member("repeats", all.repeats).member("reads", all.reads).member("reads_not_answered", all.reads_not_answered);
  to.member("appends_per_second", static_cast<double>(all.appends) / seconds_of(done));
  to.member("longest_pause_ms", units::millis_of(done.load.longest_pause)).end_object();
  to.key("errors").begin_object().member("connect_failures", all.connect_failures);
  to.member("connections_broken", all.connections_broken).member("timeouts", all.timeouts);
  to.member("bad_answers", all.bad_answers).end_object().key("statuses").begin_object();
  for (const auto& [status, times] : all.statuses) to.member(std::to_string(status), times);
  to.end_object();
  write_latency(to, "append_latency_ms", all.append_latency);
  write_latency(to, "read_latency_ms", all.read_latency);
  to.member("generator_cpu_seconds", units::seconds_of(done.load.own_cpu)).key("server_cpu_seconds");
  done.server_cpu ? to.value(units::seconds_of(*done.server_cpu)) : to.null();
}

void write_verdict(json::writer& to, const check::report& found) {
  to.key("verify").begin_object().member("sound", found.sound()).member("records_of_run", found.records);
  to.member("records_foreign", found.foreign).member("acked_present", found.acked_present);
  to.member("unknown_present", found.unknown_present).member("unknown_absent", found.unknown_absent);
  to.member("conflicts", found.conflicts).member("repeats", found.repeats).member("reads", found.reads);
  to.member("repeated_late", found.repeated_late).member("longest_chain", found.longest_chain);
  to.key("findings").begin_object();
  for (std::size_t k = 0; k < check::finding_kinds; ++k) {
    to.member(name_of(static_cast<finding_kind>(k)), found.found.count(static_cast<finding_kind>(k)));
  }
  to.end_object().key("examples").begin_array();
  for (const check::finding& each : found.found.examples()) {
    to.begin_object().member("kind", name_of(each.kind)).member("subject", each.subject);
    to.member("partition", each.partition).member("offset", each.offset).member("detail", each.detail).end_object();
  }
  to.end_array().end_object();
}

}  // namespace

std::string describe(const load::load_plan& plan, const result& done) {
  std::string text = "store run " + plan.run + ": " + targets_of(plan) + ", topic " + plan.topic + ", ";
  text += plan.rate.closed_loop() ? "closed loop" : "open loop, rate " + plan.rate_text;
  text += done.interrupted ? ", interrupted\n" : "\n";
  text += load_of(done);
  if (!done.history_file.empty()) text += label("history") + done.history_file + "\n";
  if (!done.history_error.empty()) text += label("history") + done.history_error + "\n";
  if (done.load.all.written == 0) text += "WRONG: no append was acked\n";
  return text + (done.verdict ? verdict_of(*done.verdict) : "NOT VERIFIED: " + done.verify_error + "\n");
}

std::string to_json(const load::load_plan& plan, const result& done) {
  json::writer to;
  to.begin_object().member("format", "headgate-loadgen-result").member("version", 1).member("kind", "store");
  to.key("run").begin_object().member("id", plan.run).member("started", done.started);
  to.member("target", targets_of(plan)).member("topic", plan.topic);
  to.member("loop", plan.rate.closed_loop() ? "closed" : "open").member("rate", plan.rate_text);
  to.member("writers", plan.writers).member("readers", plan.readers).member("aggregates", plan.aggregates);
  to.member("event_bytes", plan.event_bytes).member("events_max", plan.events_max).member("seed", plan.seed);
  to.member("interrupted", done.interrupted).member("history_file", done.history_file).end_object();
  write_load(to, done);
  if (done.verdict) {
    write_verdict(to, *done.verdict);
  } else {
    to.key("verify").null().member("verify_error", done.verify_error);
  }
  to.key("verdict").begin_object().member("good", done.good()).end_object();
  return to.end_object().text();
}

}  // namespace loadgen::store
