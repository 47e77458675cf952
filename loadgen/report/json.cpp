#include "loadgen/report/json.h"

#include <algorithm>
#include <array>

#include "loadgen/answers/fates.h"
#include "loadgen/answers/outcome.h"
#include "loadgen/capacity/measurement.h"
#include "loadgen/measure/histogram.h"
#include "loadgen/measure/tally.h"
#include "loadgen/units/quantity.h"

namespace loadgen::report {

namespace {

void write_config(json::writer& json, const plan::run_plan& plan, const run::result& result) {
  json.key("run").begin_object().member("id", plan.run_text).member("started", result.started);
  json.member("target", plan.target).member("protocol", name_of(plan.protocol)).member("topic", plan.topic);
  json.member("loop", plan.closed_loop() ? "closed" : "open").member("rate", plan.rate_text);
  json.member("connections", plan.connections).member("threads", plan.threads).member("batch", plan.batch);
  json.member("pipeline", plan.pipeline).member("aggregates", plan.aggregates);
  json.member("zipf_exponent", plan.how.exponent).member("event_bytes_mean", plan.event_size_mean);
  json.member("seed", plan.seed).member("interrupted", result.interrupted).member("run_file", result.run_file);
  json.end_object();
}

void write_totals(json::writer& json, const measure::progress& course) {
  const measure::counters& counts = course.total().counts;
  const double elapsed = std::max(1e-9, units::seconds_of(course.elapsed()));
  json.key("totals").begin_object().member("seconds", elapsed).member("requests", counts.requests);
  json.member("events_sent", counts.events_sent).member("events_acked", counts.with_fate(answers::fate::acked));
  json.member("events_refused", counts.with_fate(answers::fate::refused));
  json.member("events_unknown", counts.with_fate(answers::fate::unknown)).member("events_unsent", counts.events_unsent);
  json.member("events_resent", counts.events_resent).member("event_bytes", counts.event_bytes);
  json.member("bytes_sent", counts.bytes_sent);
  json.member("events_sent_per_second", static_cast<double>(counts.events_sent) / elapsed);
  json.member("events_acked_per_second", static_cast<double>(counts.with_fate(answers::fate::acked)) / elapsed);
  json.end_object();
  json.key("outcomes").begin_object();
  for (std::size_t i = 0; i < answers::event_outcomes; ++i) {
    json.member(name_of(static_cast<answers::event_outcome>(i)), counts.outcomes[i]);
  }
  json.end_object().key("statuses").begin_object();
  for (const auto& [status, count] : course.total().statuses) json.member(std::to_string(status), count);
  json.end_object().key("errors").begin_object();
  json.member("busy_answers", counts.busy_answers).member("connect_failures", counts.connect_failures);
  json.member("connections_broken", counts.connections_broken).member("timeouts", counts.timeouts);
  json.member("bad_answers", counts.bad_answers).key("complaints").begin_array();
  for (const auto& [what, count] : course.total().complaints) {
    json.begin_object().member("what", what).member("count", count).end_object();
  }
  json.end_array().end_object();
}

void write_series(json::writer& json, const measure::progress& course) {
  json.key("series").begin_array();
  for (const measure::second_point& point : course.seconds()) {
    json.begin_object()
        .member("at", point.at)
        .member("seconds", point.seconds)
        .member("target_rate", point.target_rate);
    json.member("sent", point.counts.events_sent).member("acked", point.counts.with_fate(answers::fate::acked));
    json.member("refused", point.counts.with_fate(answers::fate::refused));
    json.member("unknown", point.counts.with_fate(answers::fate::unknown))
        .member("busy_answers", point.counts.busy_answers);
    json.key("latency_ms");
    write(json, point.corrected);
    json.key("service_ms");
    write(json, point.service);
    json.member("generator_cores", point.own_cores).key("server_cores");
    point.server_cores ? json.value(*point.server_cores) : json.null();
    json.member("machine_cores", point.machine_cores).end_object();
  }
  json.end_array();
}

void write_curve(json::writer& json, const measure::histogram& from) {
  constexpr std::array<double, 15> shares{0.01, 0.05, 0.1,   0.25,  0.5,    0.75,   0.9,    0.95,
                                          0.98, 0.99, 0.995, 0.999, 0.9995, 0.9999, 0.99999};
  json.begin_array();
  for (const double share : shares) {
    json.begin_array().value(share).value(units::millis_of(from.percentile(share))).end_array();
  }
  json.begin_array().value(1.0).value(units::millis_of(from.max())).end_array().end_array();
}

void write_generator(json::writer& json, const run::result& result) {
  const measure::progress& course = result.course;
  const auto events = static_cast<double>(std::max<std::uint64_t>(1, course.total().counts.events_sent));
  json.key("generator").begin_object().member("cpu_seconds", units::seconds_of(course.own_cpu()));
  json.member("cpu_us_per_event", static_cast<double>(course.own_cpu().count()) / 1e3 / events);
  json.member("busiest_thread_seconds", units::seconds_of(result.busiest_thread));
  json.member("lateness_p99_ms", units::millis_of(course.total().lateness.percentile(0.99)));
  json.member("was_the_limit", result.generator_limited).key("limits").begin_array();
  for (const std::string& limit : result.limits) json.value(limit);
  json.end_array().key("remarks").begin_array();
  for (const std::string& remark : result.remarks) json.value(remark);
  json.end_array().end_object().key("server");
  if (const auto server = course.server_cpu()) {
    json.begin_object().member("pid", *course.server_pid()).member("cpu_seconds", units::seconds_of(*server));
    json.member("cpu_us_per_event", static_cast<double>(server->count()) / 1e3 / events).end_object();
  } else {
    json.null();
  }
  json.member("machine_cpu_seconds", units::seconds_of(course.machine_cpu()));
}

}  // namespace

void write(json::writer& json, const measure::latency_points& points) {
  json.begin_object().member("p50", units::millis_of(points.p50)).member("p90", units::millis_of(points.p90));
  json.member("p99", units::millis_of(points.p99)).member("p999", units::millis_of(points.p999));
  json.member("p9999", units::millis_of(points.p9999)).member("max", units::millis_of(points.max));
  json.member("mean", units::millis_of(points.mean)).end_object();
}

void write(json::writer& json, const verify::report& report) {
  json.begin_object().member("run", report.run).member("topic", report.topic).member("sound", report.sound());
  json.member("expect_all", report.expect_all).member("seconds", report.seconds);
  json.member("records_read", report.records_read).member("records_of_run", report.records_of_run);
  json.member("records_foreign", report.records_foreign).member("acked", report.acked);
  json.member("acked_present", report.acked_present).member("refused", report.refused);
  json.member("unknown", report.unknown).member("unknown_present", report.unknown_present);
  json.member("unknown_absent", report.unknown_absent);
  for (std::size_t i = 0; i < verify::finding_kinds; ++i) {
    json.member(name_of(static_cast<verify::finding_kind>(i)), report.counts[i]);
  }
  json.member("duplicated_resent", report.duplicated_resent).member("late_unanswered", report.late_unanswered);
  json.key("examples").begin_array();
  for (const verify::finding& each : report.examples) {
    json.begin_object().member("kind", name_of(each.kind)).member("event", each.event_id);
    json.member("aggregate", each.aggregate).member("partition", each.partition).member("offset", each.offset);
    json.member("detail", each.detail).end_object();
  }
  json.end_array().end_object();
}

std::string to_json(const plan::run_plan& plan, const run::result& result) {
  json::writer json;
  json.begin_object().member("format", "headgate-loadgen-result").member("version", 1).member("kind", "run");
  write_config(json, plan, result);
  write_totals(json, result.course);
  json.key("latency_ms");
  write(json, measure::points_of(result.course.total().corrected));
  json.key("service_ms");
  write(json, measure::points_of(result.course.total().service));
  json.key("latency_curve_ms");
  write_curve(json, result.course.total().corrected);
  json.key("service_curve_ms");
  write_curve(json, result.course.total().service);
  write_series(json, result.course);
  write_generator(json, result);
  json.key("verify");
  result.verification ? write(json, *result.verification) : static_cast<void>(json.null());
  json.key("verdict").begin_object().member("good", result.good()).key("problems").begin_array();
  for (const std::string& problem : result.problems()) json.value(problem);
  return json.end_array().end_object().end_object().text();
}

std::string to_json(const verify::report& report) {
  json::writer json;
  json.begin_object().member("format", "headgate-loadgen-result").member("version", 1).member("kind", "verify");
  json.key("verify");
  write(json, report);
  return json.end_object().text();
}

std::string to_json(const plan::run_plan& plan, const capacity::result& result, const capacity::objective& slo) {
  json::writer json;
  json.begin_object().member("format", "headgate-loadgen-result").member("version", 1).member("kind", "capacity");
  json.member("target", plan.target).member("topic", plan.topic).member("connections", plan.connections);
  json.member("batch", plan.batch).member("objective", slo.text).member("events_per_second", result.rate);
  json.member("limited_by", result.limited_by).key("points").begin_array();
  for (const capacity::measurement& point : result.points) {
    json.begin_object().member("rate", point.rate).member("achieved", point.achieved).member("errors", point.errors);
    json.key("latency_ms");
    write(json, point.latency);
    json.key("server_cores");
    point.server_cores ? json.value(*point.server_cores) : json.null();
    json.member("machine_cores", point.machine_cores).member("generator_cores", point.generator_cores);
    json.member("generator_limited", point.generator_limited).member("repeat", point.repeat);
    json.member("held", point.held).member("why", point.why).end_object();
  }
  return json.end_array().end_object().text();
}

}  // namespace loadgen::report
