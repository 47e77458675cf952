#include "readmodel/app/pages.h"

#include <prometheus/metric_family.h>

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "metrics/exposition.h"

namespace readmodel::app {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

class page {
 public:
  explicit page(const shown& of) : projection_(of.projection) {}

  void counter(const char* name, const char* help, std::uint64_t value, labels more = {}) {
    add(name, help, MetricType::Counter, static_cast<double>(value), std::move(more));
  }
  void gauge(const char* name, const char* help, double value, labels more = {}) {
    add(name, help, MetricType::Gauge, value, std::move(more));
  }
  [[nodiscard]] std::string text() const { return metrics::to_text(families_); }

 private:
  void add(const char* name, const char* help, MetricType type, double value, labels more) {
    if (families_.empty() || families_.back().name != name) families_.push_back({name, help, type, {}});
    ClientMetric m;
    m.label = {{"projection", projection_}};
    m.label.insert(m.label.end(), more.begin(), more.end());
    (type == MetricType::Counter ? m.counter.value : m.gauge.value) = value;
    families_.back().metric.push_back(std::move(m));
  }

  std::string projection_;
  std::vector<MetricFamily> families_;
};

void add_counts(page& to, const project::progress& p) {
  const char* name = "headgate_readmodel_events_total";
  const char* help = "Events read from the log, by what became of them.";
  to.counter(name, help, p.folded, {{"fate", "folded"}});
  to.counter(name, help, p.repeated, {{"fate", "repeated"}});
  to.counter(name, help, p.ignored, {{"fate", "ignored"}});
  to.counter(name, help, p.fenced, {{"fate", "fenced"}});
  to.counter(name, help, p.poisoned, {{"fate", "poison"}});
  to.counter("headgate_readmodel_events_missing_total",
             "Events that the log lost before they were folded, accepted with --from-what-is-left.", p.missing);
  to.counter("headgate_readmodel_batches_total", "Batches whose positions are stored.", p.batches);
  to.counter("headgate_readmodel_states_read_total", "Aggregates read from Cassandra before a fold.", p.states_read);
  to.counter("headgate_readmodel_states_written_total", "States written to Cassandra.", p.states_written);
  to.counter("headgate_readmodel_rows_written_total", "Rows of views written to or removed from Cassandra.",
             p.rows_written);
  to.counter("headgate_readmodel_rows_refused_total", "Rows without a key that Cassandra would take.", p.rows_refused);
  to.counter("headgate_readmodel_rebalances_total", "Changes of the partitions this projector reads.", p.rebalances);
  to.counter("headgate_readmodel_pauses_total",
             "Times the projector left its group because Cassandra or Kafka did not answer.", p.pauses);
  to.gauge("headgate_readmodel_generation", "The generation that is written.", p.generation);
}

void add_session(page& to, const cassandra::counters& s) {
  to.counter("headgate_readmodel_cassandra_statements_total", "Statements that Cassandra acknowledged.", s.statements);
  to.counter("headgate_readmodel_cassandra_repeats_total", "Statements sent again after an error or a lost connection.",
             s.repeats);
  to.counter("headgate_readmodel_cassandra_overloaded_total", "Answers of Cassandra that asked for less at once.",
             s.overloaded);
  to.counter("headgate_readmodel_cassandra_connections_total", "Connections opened.", s.connections);
  to.gauge("headgate_readmodel_cassandra_in_flight_limit", "Statements that may be under way now.",
           static_cast<double>(s.in_flight_limit));
  to.gauge("headgate_readmodel_cassandra_connected", "1 while a connection is open.", s.is_connected ? 1 : 0);
}

std::string escaped(const std::string& text) {
  std::string to;
  for (const char c : text) {
    if (c == '"' || c == '\\') to += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) to += c;
  }
  return to;
}

std::string fixed(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", seconds);
  return text;
}

}  // namespace

lag lag_of(const project::partition_progress& one, std::int64_t now_ms) noexcept {
  lag l;
  l.events = one.end > one.next ? one.end - std::max<std::int64_t>(one.next, 0) : 0;
  if (l.events > 0 && one.last_event_ms > 0)
    l.seconds = static_cast<double>(std::max<std::int64_t>(0, now_ms - one.last_event_ms)) / 1000;
  return l;
}

std::string metrics_page(const shown& of, std::int64_t now_ms) {
  page to(of);
  add_counts(to, *of.progress);
  const auto partitions = of.progress->partitions();
  for (const auto& [p, at] : partitions)
    to.gauge("headgate_readmodel_lag_events", "Events of the log that are not in the view yet.",
             static_cast<double>(lag_of(at, now_ms).events), {{"topic", of.topic}, {"partition", std::to_string(p)}});
  for (const auto& [p, at] : partitions)
    to.gauge("headgate_readmodel_lag_seconds", "Age of the newest event in the view, while newer ones wait; else 0.",
             lag_of(at, now_ms).seconds, {{"topic", of.topic}, {"partition", std::to_string(p)}});
  add_session(to, *of.session);
  return to.text();
}

bool is_well(const shown& of) { return of.session->is_connected && of.progress->trouble().empty(); }

std::string status_page(const shown& of, std::int64_t now_ms) {
  std::string text = "{\"projection\":\"" + escaped(of.projection) + "\",\"topic\":\"" + escaped(of.topic) +
                     "\",\"generation\":" + std::to_string(of.progress->generation) +
                     ",\"well\":" + (is_well(of) ? "true" : "false") + ",\"trouble\":\"" +
                     escaped(of.progress->trouble()) + "\",\"folded\":" + std::to_string(of.progress->folded) +
                     ",\"poison\":" + std::to_string(of.progress->poisoned) +
                     ",\"cassandra\":" + (of.session->is_connected ? "\"connected\"" : "\"not connected\"");
  std::int64_t events = 0;
  double seconds = 0;
  std::string list;
  for (const auto& [p, at] : of.progress->partitions()) {
    const lag l = lag_of(at, now_ms);
    events += l.events;
    seconds = std::max(seconds, l.seconds);
    list += (list.empty() ? "" : ",") + std::string("{\"partition\":") + std::to_string(p) +
            ",\"next\":" + std::to_string(at.next) + ",\"end\":" + std::to_string(at.end) +
            ",\"lag_events\":" + std::to_string(l.events) + ",\"lag_seconds\":" + fixed(l.seconds) + "}";
  }
  return text + ",\"lag_events\":" + std::to_string(events) + ",\"lag_seconds\":" + fixed(seconds) +
         ",\"partitions\":[" + list + "]}\n";
}

}  // namespace readmodel::app
