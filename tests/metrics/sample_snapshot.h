// A snapshot in which no two numbers are equal, so that a metric that is filled from its neighbour's field is found.
#pragma once

#include <string>

#include "metrics/snapshot.h"

namespace metrics::testing {

class distinct {
 public:
  template <typename Number>
  void next(Number& into) {
    into = static_cast<Number>(value_ += 3);
  }
  template <typename Number, std::size_t N>
  void next(std::array<Number, N>& into) {
    for (auto& one : into) next(one);
  }
  void next(histogram_counts& into) {
    next(into.counts);
    next(into.sum);
  }

 private:
  int value_ = 1000;
};

inline topic_row sample_topic(std::string name, distinct& numbers) {
  topic_row row;
  row.topic = std::move(name);
  numbers.next(row.events_in);
  numbers.next(row.bytes_in);
  numbers.next(row.settled);
  numbers.next(row.batches);
  numbers.next(row.batch_records);
  numbers.next(row.batch_bytes);
  numbers.next(row.sent_bytes);
  row.sent_payload_bytes = 3 * row.sent_bytes + 1;
  numbers.next(row.in_flight_bytes);
  numbers.next(row.publish_lag_seconds);
  return row;
}

inline broker_row sample_broker(std::string name, std::string state, distinct& numbers) {
  broker_row row;
  row.broker = std::move(name);
  row.state = std::move(state);
  numbers.next(row.rtt_average_seconds);
  numbers.next(row.rtt_p99_seconds);
  numbers.next(row.throttle_seconds);
  numbers.next(row.requests);
  numbers.next(row.retries);
  numbers.next(row.request_errors);
  numbers.next(row.response_errors);
  numbers.next(row.timeouts);
  numbers.next(row.sent_bytes);
  numbers.next(row.received_bytes);
  numbers.next(row.connects);
  numbers.next(row.disconnects);
  numbers.next(row.logins);
  numbers.next(row.login_renewals);
  numbers.next(row.produce_version);
  numbers.next(row.queued_requests);
  numbers.next(row.waiting_requests);
  return row;
}

inline void fill_counts(snapshot& s, distinct& numbers) {
  numbers.next(s.lanes);
  numbers.next(s.connections_limit);
  numbers.next(s.refused_events);
  numbers.next(s.refused_full);
  numbers.next(s.refused_draining);
  numbers.next(s.lines_oversize);
  numbers.next(s.protocol_errors);
  numbers.next(s.records_settled);
  numbers.next(s.in_flight.records);
  s.records_admitted = s.records_settled + static_cast<std::uint64_t>(s.in_flight.records);
  numbers.next(s.in_flight.low_bytes);
  numbers.next(s.in_flight.bytes);
  numbers.next(s.in_flight.high_bytes);
  numbers.next(s.in_flight.limit_bytes);
  for (auto* h : {&s.delivery_us, &s.linger_us, &s.batch_records, &s.batch_bytes}) numbers.next(*h);
  numbers.next(s.log_lines_lost);
  s.certificates.push_back({listener::http, "/etc/headgate/tls.crt", 0});
  numbers.next(s.certificates.back().expires_seconds);
  for (auto& row : s.by_listener) {
    row.on = true;
    numbers.next(row.connections_closed);
    row.connections_opened = 2 * row.connections_closed + 11;
    numbers.next(row.connections_refused);
    row.tls = true;
    numbers.next(row.tls_handshakes);
    numbers.next(row.handshakes_under_way);
    numbers.next(row.request_us);
  }
}

inline void fill_process(snapshot& s, distinct& numbers) {
  numbers.next(s.process.cpu_seconds);
  numbers.next(s.process.resident_bytes);
  numbers.next(s.process.virtual_bytes);
  numbers.next(s.process.open_fds);
  numbers.next(s.process.max_fds);
  numbers.next(s.process.threads);
  numbers.next(s.process.start_time_seconds);
  numbers.next(s.process.uptime_seconds);
  s.build = {"0.1.0", "1234567", "2.8.0", "GCC 12.2"};
}

inline snapshot sample_snapshot() {
  distinct numbers;
  snapshot s;
  s.outcome_names = {"persisted", "duplicate", "rejected", "not_persisted", "possibly_persisted", "blocked"};
  s.reason_names = {"none", "invalid_json", "missing_key"};
  fill_counts(s, numbers);
  s.topics.push_back(sample_topic("orders", numbers));
  s.topics.push_back(sample_topic("payments.v2", numbers));
  s.topics.push_back(topic_row{});  // no traffic: no series
  s.topics.back().topic = "silent";
  for (const int status : {207, 503, lane_recorder::status_other})
    s.requests.push_back({listener::http, route::events, status, 0});
  s.requests.push_back({listener::tcp, route::frame, 0, 0});
  for (auto& row : s.requests) numbers.next(row.count);
  s.kafka.known = true;
  s.kafka.publisher = "direct";
  s.kafka.up = true;
  numbers.next(s.kafka.away_seconds);
  numbers.next(s.kafka.age_seconds);
  numbers.next(s.kafka.producer_rebuilds);
  numbers.next(s.kafka.queue_records);
  numbers.next(s.kafka.queue_bytes);
  s.kafka.brokers.push_back(sample_broker("127.0.0.1:9092/1", "UP", numbers));
  s.kafka.brokers.push_back(sample_broker("127.0.0.1:9093/2", "TRY_CONNECT", numbers));
  s.consumer_lag.configured = true;
  numbers.next(s.consumer_lag.age_seconds);
  numbers.next(s.consumer_lag.errors);
  s.consumer_lag.rows = {{"billing", "orders", 0, 0}, {"billing", "orders", 1, 0}, {"mail", "orders", 0, 0}};
  for (auto& row : s.consumer_lag.rows) numbers.next(row.lag);
  s.store.on = true;
  s.store.fate_names = {"appended", "duplicate", "conflict", "too_large", "blocked", "refused", "no_owner", "unknown"};
  numbers.next(s.store.index_disk_bytes);
  numbers.next(s.store.index_memory_bytes);
  numbers.next(s.store.forwarded.emplace_back(store_state::forwarded_row{"append", "not_sent"}).count);
  store_partition_row& part = s.store.partitions.emplace_back();
  part.topic = "carts";
  part.state = "serving";
  s.store.take_over_names = {"none",    "not_assigned",   "starting",      "assigned",        "fenced",
                             "rival",   "foreign_writer", "id_expired",    "unknown_outcome", "not_authorized",
                             "refused", "topic_gone",     "log_unreadable"};
  s.store.topics = {{"carts", ""}, {"stock", "this is Redpanda"}};
  numbers.next(part.take_overs);
  part.is_keep_overdue = true;
  part.keep_every_seconds = 37.5;
  numbers.next(part.lag);
  numbers.next(part.mismatches);
  numbers.next(part.folded);
  numbers.next(part.appends);
  s.happenings = {{"kafka_unreachable", "error", true, 0}, {"budget_paused", "warning", false, 0}};
  for (auto& row : s.happenings) numbers.next(row.count);
  for (const char* name : {"shop", "public"}) {
    tenant_row row;
    row.tenant = name;
    row.refused = {{"forbidden", 0}, {"events", 0}};
    row.quota_used = {{"events", 0}};
    for (auto* n : {&row.events, &row.bytes, &row.requests, &row.connections}) numbers.next(*n);
    numbers.next(row.in_flight_bytes);
    for (auto& each : row.refused) numbers.next(each.second);
    for (auto& each : row.quota_used) numbers.next(each.second);
    s.tenants.push_back(row);
  }
  s.logins_refused = {{"unknown_key", 0}, {"expired", 0}};
  for (auto& each : s.logins_refused) numbers.next(each.second);
  numbers.next(s.logins_checked);
  fill_process(s, numbers);
  return s;
}

}  // namespace metrics::testing
