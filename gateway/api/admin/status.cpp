#include "gateway/api/admin/status.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "gateway/http1/json_text.h"
#include "metrics/collect.h"

namespace gateway::api::admin {

namespace {

/// Writes JSON with its commas in the right places.
class writer {
 public:
  template <typename Fill>
  writer& object(std::string_view name, Fill fill) {
    return nested(name, '{', '}', fill);
  }
  template <typename Fill>
  writer& array(std::string_view name, Fill fill) {
    return nested(name, '[', ']', fill);
  }
  writer& field(std::string_view name, std::string_view text) {
    begin(name);
    http1::append_json_string(out_, text);
    return *this;
  }
  writer& field(std::string_view name, bool truth) {
    begin(name);
    out_ += truth ? "true" : "false";
    return *this;
  }
  writer& field(std::string_view name, double number) {
    begin(name);
    std::array<char, 32> digits;
    const double shown = std::isfinite(number) ? number : 0;
    out_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), shown).ptr);
    return *this;
  }
  template <std::integral Number>
  writer& field(std::string_view name, Number number) {
    begin(name);
    http1::append_number(out_, number);
    return *this;
  }
  template <typename Numbers>
  writer& numbers(std::string_view name, const Numbers& list) {
    return array(name, [&](writer& w) {
      for (const auto n : list) w.field("", n);
    });
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void begin(std::string_view name) {
    if (!out_.empty() && out_.back() != '{' && out_.back() != '[') out_ += ',';
    if (name.empty()) return;
    http1::append_json_string(out_, name);
    out_ += ':';
  }
  template <typename Fill>
  writer& nested(std::string_view name, char open, char close, Fill fill) {
    begin(name);
    out_ += open;
    fill(*this);
    out_ += close;
    return *this;
  }
  std::string out_;
};

template <typename Numbers>
std::uint64_t sum(const Numbers& list) {
  return std::accumulate(list.begin(), list.end(), std::uint64_t{0});
}

std::vector<const metrics::topic_row*> busiest(const metrics::snapshot& s) {
  std::vector<const metrics::topic_row*> rows;
  for (const auto& row : s.topics)
    if (row.seen()) rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto* a, const auto* b) { return sum(a->events_in) > sum(b->events_in); });
  if (rows.size() > status_topics_max) rows.resize(status_topics_max);
  return rows;
}

void write_topics(writer& w, const metrics::snapshot& s) {
  for (const auto* row : busiest(s))
    w.object("", [&](writer& t) {
      t.field("topic", row->topic).field("partitions", row->partitions);
      t.field("events", sum(row->events_in)).field("bytes", sum(row->bytes_in)).numbers("settled", row->settled);
      t.field("batches", row->batches).field("batched", row->batch_records);
      t.field("lag", row->publish_lag_seconds).field("in_flight_bytes", row->in_flight_bytes);
      t.field("payload_bytes", row->sent_payload_bytes).field("sent_bytes", row->sent_bytes);
    });
}

/// Over all topics, also those the page has no room for.
void write_totals(writer& w, const metrics::snapshot& s) {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  double lag = 0;
  std::array<std::uint64_t, metrics::outcomes> settled{};
  for (const auto& row : s.topics) {
    events += sum(row.events_in);
    bytes += sum(row.bytes_in);
    lag = std::max(lag, row.publish_lag_seconds);
    for (std::size_t i = 0; i < settled.size(); ++i) settled[i] += row.settled[i];
  }
  w.field("events", events).field("bytes", bytes).field("lag", lag).numbers("settled", settled);
  w.field("refused_full", s.refused_full).field("protocol_errors", s.protocol_errors);
  w.field("lines_oversize", s.lines_oversize);
  w.field("topics", s.topics.size());
}

void write_in_flight(writer& w, const metrics::in_flight_state& f) {
  w.field("records", f.records).field("bytes", f.bytes).field("limit", f.limit_bytes);
  w.field("high", f.high_bytes).field("low", f.low_bytes).field("paused", f.paused);
}

void write_listeners(writer& w, const metrics::snapshot& s) {
  for (std::size_t i = 0; i < s.by_listener.size(); ++i) {
    const auto& row = s.by_listener[i];
    if (!row.on) continue;
    w.object("", [&](writer& l) {
      l.field("listener", metrics::name(static_cast<metrics::listener>(i)));
      l.field("open", row.connections_opened - row.connections_closed).field("refused", row.connections_refused);
      l.numbers("request_us", row.request_us.counts);
    });
  }
}

void write_requests(writer& w, const metrics::snapshot& s) {
  for (const auto& row : s.requests)
    w.object("", [&](writer& r) {
      r.field("listener", metrics::name(row.on)).field("route", metrics::name(row.to));
      r.field("status", row.status).field("count", row.count);
    });
}

void write_reasons(writer& w, const metrics::snapshot& s) {
  for (std::size_t i = 1; i < metrics::reasons; ++i)
    if (!s.reason_names[i].empty() && s.refused_events[i] > 0) w.field(s.reason_names[i], s.refused_events[i]);
}

void write_kafka(writer& w, const metrics::kafka_state& k) {
  w.field("publisher", k.publisher).field("publisher_property", k.publisher_property);
  w.field("up", k.up).field("away", k.away_seconds).field("rebuilds", k.producer_rebuilds).field("known", k.known);
  w.field("age", k.age_seconds).field("queue_records", k.queue_records).field("queue_bytes", k.queue_bytes);
  w.array("brokers", [&](writer& list) {
    for (const auto& b : k.brokers)
      list.object("", [&](writer& o) {
        o.field("broker", b.broker).field("state", b.state).field("rtt", b.rtt_average_seconds);
        o.field("rtt_p99", b.rtt_p99_seconds).field("requests", b.requests).field("retries", b.retries);
        o.field("errors", b.request_errors + b.response_errors).field("timeouts", b.timeouts);
        o.field("waiting", b.waiting_requests + b.queued_requests).field("sent_bytes", b.sent_bytes);
        o.field("disconnects", b.disconnects);
      });
  });
}

struct group_lag {
  std::int64_t total = 0;
  std::int64_t largest = 0;
  int partitions = 0;
  int without_commit = 0;
};

void write_lag(writer& w, const metrics::consumer_lag_state& lag) {
  std::map<std::pair<std::string_view, std::string_view>, group_lag> groups;
  for (const auto& row : lag.rows) {
    auto& g = groups[{row.group, row.topic}];
    ++g.partitions;
    if (row.lag < 0) ++g.without_commit;
    g.total += std::max<std::int64_t>(row.lag, 0);
    g.largest = std::max(g.largest, row.lag);
  }
  w.field("configured", lag.configured).field("age", lag.age_seconds).field("errors", lag.errors);
  w.array("groups", [&](writer& list) {
    std::size_t shown = 0;
    for (const auto& group : groups) {
      if (++shown > status_lags_max) break;
      list.object("", [&group](writer& o) {
        const auto& [name, lag_of_all] = group;
        o.field("group", name.first).field("topic", name.second).field("lag", lag_of_all.total);
        o.field("largest", lag_of_all.largest).field("partitions", lag_of_all.partitions);
        o.field("without_commit", lag_of_all.without_commit);
      });
    }
  });
}

void write_happenings(writer& w, const metrics::snapshot& s) {
  for (const auto& row : s.happenings)
    if (row.count > 0)
      w.object("", [&](writer& h) {
        h.field("name", row.name).field("level", row.level).field("calls", row.calls_person).field("count", row.count);
      });
}

void write_tenants(writer& w, const metrics::snapshot& s) {
  for (const auto& row : s.tenants)
    w.object("", [&](writer& t) {
      double used = 0;
      std::string_view most;
      for (const auto& [quota, part] : row.quota_used)
        if (part >= used) used = part, most = quota;
      std::uint64_t refused = 0;
      for (const auto& each : row.refused) refused += each.second;
      t.field("tenant", row.tenant).field("events", row.events).field("bytes", row.bytes);
      t.field("requests", row.requests).field("refused", refused).field("connections", row.connections);
      t.field("in_flight_bytes", row.in_flight_bytes).field("quota", most).field("used", used);
    });
}

void write_process(writer& w, const metrics::snapshot& s) {
  const auto& p = s.process;
  w.field("cpu", p.cpu_seconds).field("rss", p.resident_bytes).field("fds", p.open_fds).field("max_fds", p.max_fds);
  w.field("threads", p.threads).field("uptime", p.uptime_seconds).field("log_lost", s.log_lines_lost);
}

struct store_topic {
  std::uint64_t partitions = 0;
  std::uint64_t owned = 0;
  std::uint64_t take_overs = 0;
  std::uint64_t appended = 0;
  std::uint64_t conflicts = 0;
  std::int64_t lag = 0;
  std::string not_served;  // "3 taking_over (assigned)", the first of them; or why none is
};

void add_partition(store_topic& to, const metrics::store_partition_row& row) {
  ++to.partitions;
  to.owned += row.state == "serving" ? 1 : 0;
  to.take_overs += std::accumulate(row.take_overs.begin(), row.take_overs.end(), std::uint64_t{0});
  to.appended += row.appends[0];
  to.conflicts += row.appends[2];
  to.lag += std::max<std::int64_t>(row.lag, 0);
  if (row.state != "serving" && to.not_served.empty())
    to.not_served = std::to_string(row.partition) + " " + std::string(row.state) + " (" + std::string(row.reason) + ")";
}

void write_store(writer& w, const metrics::store_state& store) {
  std::map<std::string_view, store_topic> topics;
  for (const auto& row : store.partitions) add_partition(topics[row.topic], row);
  for (const auto& [topic, why] : store.topics)
    if (!why.empty()) topics[topic].not_served = why;
  w.field("on", store.on).field("disk_bytes", store.index_disk_bytes).field("memory_bytes", store.index_memory_bytes);
  w.array("topics", [&](writer& list) {
    for (const auto& [topic, of] : topics)
      list.object("", [&, name = topic, all = of](writer& o) {
        o.field("topic", name).field("partitions", all.partitions).field("owned", all.owned);
        o.field("take_overs", all.take_overs).field("appended", all.appended).field("conflicts", all.conflicts);
        o.field("lag", all.lag).field("not_served", all.not_served);
      });
  });
}

}  // namespace

std::string status_json(const metrics::snapshot& s) {
  writer w;
  w.object("", [&](writer& o) {
    o.field("version", s.build.version).field("commit", s.build.commit).field("librdkafka", s.build.librdkafka);
    o.field("ready", s.not_ready_reason.empty()).field("why", s.not_ready_reason).field("draining", s.draining);
    o.field("lanes", s.lanes).field("connections_limit", s.connections_limit);
    o.array("outcomes", [&](writer& names) {
      for (const auto name : s.outcome_names) names.field("", name);
    });
    o.object("totals", [&](writer& t) { write_totals(t, s); });
    o.object("in_flight", [&](writer& f) { write_in_flight(f, s.in_flight); });
    o.array("topics", [&](writer& t) { write_topics(t, s); });
    o.array("listeners", [&](writer& l) { write_listeners(l, s); });
    o.array("tenants", [&](writer& t) { write_tenants(t, s); });
    o.array("requests", [&](writer& r) { write_requests(r, s); });
    o.object("reasons", [&](writer& r) { write_reasons(r, s); });
    o.numbers("delivery_us", s.delivery_us.counts).numbers("linger_us", s.linger_us.counts);
    o.object("kafka", [&](writer& k) { write_kafka(k, s.kafka); });
    o.object("lag", [&](writer& l) { write_lag(l, s.consumer_lag); });
    o.object("store", [&](writer& t) { write_store(t, s.store); });
    o.array("happenings", [&](writer& h) { write_happenings(h, s); });
    o.object("process", [&](writer& p) { write_process(p, s); });
  });
  return w.take();
}

}  // namespace gateway::api::admin
