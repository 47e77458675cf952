#include "loadgen/report/html.h"

#include <algorithm>

#include "loadgen/answers/fates.h"
#include "loadgen/capacity/measurement.h"
#include "loadgen/measure/histogram.h"
#include "loadgen/measure/progress.h"
#include "loadgen/measure/tally.h"
#include "loadgen/report/summary.h"
#include "loadgen/report/svg.h"
#include "loadgen/units/quantity.h"

namespace loadgen::report {

namespace {

constexpr std::size_t chart_points_max = 400;

constexpr const char* style = R"(
:root{--bg:#fff;--fg:#1c2430;--dim:#667085;--line:#e4e7ec;--card:#f8f9fb;--good:#0a7d3c;--bad:#c4231f;
--c1:#2563eb;--c2:#0a9d6c;--c3:#d97706;--c4:#c4231f;--c5:#8b5cf6}
@media(prefers-color-scheme:dark){:root{--bg:#12161c;--fg:#e6e9ee;--dim:#98a2b3;--line:#2a313b;--card:#1a2028;--good:#4ade80;
--bad:#f87171;--c1:#60a5fa;--c2:#34d399;--c3:#fbbf24;--c4:#f87171;--c5:#a78bfa}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
main{max-width:1640px;margin:0 auto;padding:28px 24px 60px}h1{font-size:22px;margin:0 0 4px}.sub{color:var(--dim);margin:0 0 20px}
.verdict{border-radius:8px;padding:12px 16px;margin:0 0 20px;border:1px solid var(--line);border-left:6px solid var(--good);background:var(--card)}
.verdict.bad{border-left-color:var(--bad)}.verdict b{display:block}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:12px;margin:0 0 24px}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 14px}
.card span{display:block;color:var(--dim);font-size:13px}.card b{font-size:20px;font-weight:600;white-space:nowrap}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(560px,100%),1fr));gap:18px}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px}
figcaption{font-weight:600;display:flex;flex-wrap:wrap;gap:4px 18px;justify-content:space-between}
.legend{font-weight:400;color:var(--dim);font-size:13px;display:flex;gap:14px}.legend i{display:inline-block;width:16px;
border-top:3px solid currentColor;vertical-align:middle;margin-right:5px}.legend i.dashed{border-top-style:dashed}
svg{width:100%;height:auto;display:block;margin-top:6px}svg text{fill:var(--dim);font-size:12px}
.grid{stroke:var(--line)}.axis{stroke:var(--dim)}.line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}
.line.dashed{stroke-dasharray:6 5}.dot{fill:currentColor}.hover{fill:currentColor;opacity:0}.hover:hover{opacity:.5}
.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}.c4{color:var(--c4)}.c5{color:var(--c5)}
table{border-collapse:collapse;width:100%;margin:22px 0;font-variant-numeric:tabular-nums}th,td{padding:5px 12px;text-align:right;
border-bottom:1px solid var(--line)}th{color:var(--dim);font-weight:500}td.l,th.l{text-align:left}tr.no td{color:var(--dim)}
pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px;overflow:auto;font-size:13px}
summary{cursor:pointer;color:var(--dim);margin-top:22px})";

using point_list = std::vector<std::pair<double, double>>;

/// One value a second against time; long runs are thinned, keeping the highest value of each group, so spikes stay.
template <typename Value>
point_list over_time(const measure::progress& course, Value value, bool skip_zero = false) {
  point_list points;
  // The last interval may be a fraction of a second, too short for a rate.
  const auto& seconds = course.seconds();
  const std::size_t group = std::max<std::size_t>(1, seconds.size() / chart_points_max);
  for (std::size_t i = 0; i < seconds.size(); i += group) {
    double highest = 0;
    bool any = false;
    for (std::size_t k = i; k < std::min(i + group, seconds.size()); ++k) {
      if (seconds.size() > 1 && seconds[k].seconds < 0.5) continue;
      highest = std::max(highest, value(seconds[k]));
      any = true;
    }
    if (any && (highest > 0 || !skip_zero)) points.emplace_back(seconds[i].at, highest);
  }
  return points;
}

point_list percentiles(const measure::histogram& from) {
  point_list points;
  if (from.count() == 0) return points;
  for (double left = 1; left > 1.5 / static_cast<double>(from.count()) && left > 1e-5; left *= 0.85) {
    points.emplace_back(1 - left, units::millis_of(from.percentile(1 - left)));
  }
  return points;
}

std::string card(std::string_view name, const std::string& value) {
  return "<div class='card'><span>" + escape_html(name) + "</span><b>" + escape_html(value) + "</b></div>";
}

std::string page(const std::string& title, const std::string& body) {
  return "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
         "content='width=device-width'>"
         "<title>" +
         escape_html(title) + "</title><style>" + style + "</style></head><body><main>" + body +
         "</main></body></html>";
}

std::string verdict(const run::result& result) {
  std::string text;
  if (!result.good()) {
    text = "<div class='verdict bad'><b>Something is wrong</b>";
    for (const std::string& problem : result.problems()) text += escape_html(problem) + ". ";
  } else if (result.verification) {
    text = "<div class='verdict'><b>Proven from Kafka</b>Every one of the " +
           units::format_count(static_cast<double>(result.verification->acked)) +
           " acked events is there exactly once, unaltered, in the order of its aggregate. ";
  } else {
    text = "<div class='verdict'><b>Events were acked</b>Not verified: --verify HOST:PORT reads them back from Kafka. ";
  }
  for (const std::string& limit : result.limits) text += "<br>Our own limit: " + escape_html(limit) + ". ";
  for (const std::string& remark : result.remarks) text += "<br>Note: " + escape_html(remark) + ". ";
  return text + "</div>";
}

std::string cards(const run::result& result) {
  const measure::progress& course = result.course;
  const measure::counters& counts = course.total().counts;
  const double elapsed = std::max(1e-9, units::seconds_of(course.elapsed()));
  const measure::latency_points latency = measure::points_of(course.total().corrected);
  std::string html =
      "<div class='cards'>" +
      card("acked events", units::format_count(static_cast<double>(counts.with_fate(answers::fate::acked))));
  html += card("acked a second",
               units::format_count(static_cast<double>(counts.with_fate(answers::fate::acked)) / elapsed));
  html += card("refused", units::format_count(static_cast<double>(counts.with_fate(answers::fate::refused))));
  html += card("unknown", units::format_count(static_cast<double>(counts.with_fate(answers::fate::unknown))));
  html += card("p50", units::format_latency(latency.p50)) + card("p99", units::format_latency(latency.p99));
  html += card("p99.9", units::format_latency(latency.p999)) + card("max", units::format_latency(latency.max));
  return html + "</div>";
}

chart throughput(const run::result& result) {
  const auto rate = [](std::uint64_t count, const measure::second_point& p) {
    return static_cast<double>(count) / p.seconds;
  };
  chart c{"Throughput", "seconds", "events a second", false, false, {}};
  c.series.push_back({"sent", "c1", over_time(result.course, [&](auto& p) { return rate(p.counts.events_sent, p); })});
  c.series.push_back({"acked", "c2", over_time(result.course, [&](auto& p) {
                        return rate(p.counts.with_fate(answers::fate::acked), p);
                      })});
  if (!result.course.plan().closed_loop()) {
    c.series.push_back({"intended", "c5", over_time(result.course, [](auto& p) { return p.target_rate; }), true});
  }
  return c;
}

chart latency_over_time(const run::result& result) {
  chart c{"Latency over time", "seconds", "milliseconds", true, false, {}};
  c.series.push_back({"p50", "c2",
                      over_time(
                          result.course, [](auto& p) { return units::millis_of(p.corrected.p50); }, true)});
  c.series.push_back({"p99", "c1",
                      over_time(
                          result.course, [](auto& p) { return units::millis_of(p.corrected.p99); }, true)});
  c.series.push_back({"p99.9", "c3",
                      over_time(
                          result.course, [](auto& p) { return units::millis_of(p.corrected.p999); }, true)});
  c.series.push_back({"max", "c4",
                      over_time(
                          result.course, [](auto& p) { return units::millis_of(p.corrected.max); }, true)});
  return c;
}

chart percentile_curve(const run::result& result) {
  chart c{"Latency by percentile", "percentile", "milliseconds", true, true, {}};
  const bool open = !result.course.plan().closed_loop();
  if (open) c.series.push_back({"from the intended send time", "c1", percentiles(result.course.total().corrected)});
  c.series.push_back({"service time", "c2", percentiles(result.course.total().service), open});
  return c;
}

chart cpu(const run::result& result) {
  chart c{"CPU", "seconds", "cores", false, false, {}};
  c.series.push_back({"generator", "c1", over_time(result.course, [](auto& p) { return p.own_cores; })});
  if (result.course.server_cpu()) {
    c.series.push_back({"server", "c2", over_time(result.course, [](auto& p) { return p.server_cores.value_or(0); })});
  }
  c.series.push_back({"machine", "c5", over_time(result.course, [](auto& p) { return p.machine_cores; }), true});
  return c;
}

chart trouble(const run::result& result) {
  chart c{"Events refused or unknown, and busy answers", "seconds", "in a second", false, false, {}};
  const auto count = [](std::uint64_t value) { return static_cast<double>(value); };
  c.series.push_back({"refused", "c4", over_time(result.course, [&](auto& p) {
                        return count(p.counts.with_fate(answers::fate::refused));
                      })});
  c.series.push_back({"unknown", "c3", over_time(result.course, [&](auto& p) {
                        return count(p.counts.with_fate(answers::fate::unknown));
                      })});
  c.series.push_back(
      {"429/503 answers", "c5", over_time(result.course, [&](auto& p) { return count(p.counts.busy_answers); })});
  return c;
}

std::string capacity_table(const std::vector<capacity::measurement>& points) {
  std::string html =
      "<table><tr><th>rate/s</th><th>acked/s</th><th>p50</th><th>p99</th><th>p99.9</th><th>max</th><th>not acked</th>"
      "<th>server cores</th><th>machine cores</th><th class='l'></th></tr>";
  for (const capacity::measurement& p : points) {
    html += std::string("<tr") + (p.held ? "" : " class='no'") + "><td>" + units::format_count(p.rate) + "</td><td>" +
            units::format_count(p.achieved) + "</td><td>" + units::format_latency(p.latency.p50) + "</td><td>" +
            units::format_latency(p.latency.p99) + "</td><td>" + units::format_latency(p.latency.p999) + "</td><td>" +
            units::format_latency(p.latency.max) + "</td><td>" + units::format_short(p.errors * 100, 3) + " %" +
            "</td><td>" + (p.server_cores ? units::format_fixed(*p.server_cores, 2) : "-") + "</td><td>" +
            units::format_fixed(p.machine_cores, 2) + "</td><td class='l'>" +
            (p.held ? "held" : "not held: " + escape_html(p.why)) + "</td></tr>";
  }
  return html + "</table>";
}

chart capacity_curve(const std::vector<capacity::measurement>& points, const capacity::objective& slo) {
  chart c{"Latency by rate", "events a second", "milliseconds", true, false, {}};
  const auto by_rate = [&](auto value) {
    point_list list;
    for (const capacity::measurement& p : points) {
      if (!p.repeat) list.emplace_back(p.rate, value(p));
    }
    return list;
  };
  c.series.push_back({"p50", "c2", by_rate([](auto& p) { return units::millis_of(p.latency.p50); }), false, true});
  c.series.push_back({"p99", "c1", by_rate([](auto& p) { return units::millis_of(p.latency.p99); }), false, true});
  c.series.push_back({"p99.9", "c3", by_rate([](auto& p) { return units::millis_of(p.latency.p999); }), false, true});
  for (const capacity::objective::limit& limit : slo.limits) {
    if (points.empty()) break;
    const double y = units::millis_of(limit.at_most);
    c.series.push_back({"objective " + limit.name, "c4", {{points.front().rate, y}, {points.back().rate, y}}, true});
  }
  return c;
}

chart cores_by_rate(const std::vector<capacity::measurement>& points) {
  chart c{"CPU by rate", "events a second", "cores", false, false, {}};
  point_list server;
  point_list machine;
  for (const capacity::measurement& p : points) {
    if (p.repeat) continue;
    if (p.server_cores) server.emplace_back(p.rate, *p.server_cores);
    machine.emplace_back(p.rate, p.machine_cores);
  }
  c.series.push_back({"server", "c2", std::move(server), false, true});
  c.series.push_back({"machine", "c5", std::move(machine), true, true});
  return c;
}

}  // namespace

std::string html_report(const plan::run_plan& plan, const run::result& result) {
  std::string body = "<h1>Load on " + escape_html(plan.target) + "</h1><p class='sub'>run " + plan.run_text +
                     ", topic " + escape_html(plan.topic) + ", " + result.started + ", " +
                     (plan.closed_loop() ? "closed loop" : "open loop, rate " + escape_html(plan.rate_text)) + ", " +
                     std::to_string(plan.connections) + " connections, batches of " + std::to_string(plan.batch) +
                     "</p>";
  body += verdict(result) + cards(result) + "<div class='charts'>" + render(throughput(result)) +
          render(latency_over_time(result)) + render(percentile_curve(result)) + render(cpu(result));
  const measure::counters& counts = result.course.total().counts;
  if (counts.with_fate(answers::fate::refused) + counts.with_fate(answers::fate::unknown) + counts.busy_answers > 0) {
    body += render(trouble(result));
  }
  body +=
      "</div><details open><summary>In words</summary><pre>" + escape_html(describe(plan, result)) + "</pre></details>";
  return page("Load on " + plan.target, body);
}

std::string html_report(const plan::run_plan& plan, const capacity::result& result, const capacity::objective& slo) {
  std::vector<capacity::measurement> points = result.points;
  std::stable_sort(points.begin(), points.end(), [](auto& a, auto& b) { return a.rate < b.rate; });
  std::string body = "<h1>Capacity of " + escape_html(plan.target) + "</h1><p class='sub'>topic " +
                     escape_html(plan.topic) + ", " + std::to_string(plan.connections) + " connections, batches of " +
                     std::to_string(plan.batch) + ", objective " + escape_html(slo.text) + "</p>";
  body += result.rate > 0 ? "<div class='verdict'><b>" + units::format_count(result.rate) +
                                " events a second</b>is the highest rate held within " + escape_html(slo.text) +
                                ", every time it was tried. "
                          : "<div class='verdict bad'><b>No rate held the objective</b>";
  body += "Limited by: " + escape_html(result.limited_by) + ".</div><div class='charts'>";
  body += render(capacity_curve(points, slo)) + render(cores_by_rate(points)) + "</div>" + capacity_table(points);
  return page("Capacity of " + plan.target, body);
}

}  // namespace loadgen::report
