#include "metrics/catalogue.h"

#include <algorithm>
#include <array>
#include <map>

#include "metrics/collect.h"

namespace metrics {

namespace {

using enum kind;

template <typename Number>
constexpr double number(Number n) noexcept {
  return static_cast<double>(n);
}

template <auto Member>
void one(const snapshot& s, samples& out) {
  out.add({}, number(s.*Member));
}

template <auto Part, auto Member>
void one(const snapshot& s, samples& out) {
  out.add({}, number(s.*Part.*Member));
}

template <auto Member>
void if_known(const snapshot& s, samples& out) {
  if (s.kafka.known) out.add({}, number(s.kafka.*Member));
}

template <auto Member, const buckets_shown& Shown>
void one_histogram(const snapshot& s, samples& out) {
  out.add({}, s.*Member, Shown);
}

std::string_view listener_name(std::size_t i) noexcept { return name(static_cast<listener>(i)); }

template <auto Member>
void by_topic(const snapshot& s, samples& out) {
  for (const auto& row : s.topics)
    if (row.seen()) out.add({row.topic}, number(row.*Member));
}

template <auto Member>
void by_topic_and_listener(const snapshot& s, samples& out) {
  for (const auto& row : s.topics)
    for (std::size_t i = 0; i < listeners; ++i)
      if (row.seen() && s.by_listener[i].on) out.add({row.topic, listener_name(i)}, number((row.*Member)[i]));
}

template <auto Member>
void by_listener(const snapshot& s, samples& out) {
  for (std::size_t i = 0; i < s.by_listener.size(); ++i)
    if (s.by_listener[i].on) out.add({listener_name(i)}, number(s.by_listener[i].*Member));
}

template <auto Member>
void by_tenant(const snapshot& s, samples& out) {
  for (const auto& row : s.tenants) out.add({row.tenant}, number(row.*Member));
}

template <auto Member>
void by_broker(const snapshot& s, samples& out) {
  for (const auto& row : s.kafka.brokers) out.add({row.broker}, number(row.*Member));
}

void settled(const snapshot& s, samples& out) {
  for (const auto& row : s.topics)
    for (std::size_t i = 0; i < outcomes; ++i)
      if (row.seen()) out.add({row.topic, s.outcome_names[i]}, number(row.settled[i]));
}

void refused(const snapshot& s, samples& out) {
  for (std::size_t i = 1; i < reasons; ++i)  // 0 is no reason
    if (!s.reason_names[i].empty()) out.add({s.reason_names[i]}, number(s.refused_events[i]));
}

void store_appends(const snapshot& s, samples& out) {
  std::map<std::string_view, std::array<std::uint64_t, 8>> topics;
  for (const store_partition_row& row : s.store.partitions)
    for (std::size_t i = 0; i < row.appends.size(); ++i) topics[row.topic][i] += row.appends[i];
  for (const auto& [topic, appends] : topics)
    for (std::size_t i = 0; i < appends.size(); ++i) out.add({topic, s.store.fate_names[i]}, number(appends[i]));
}

// Reasons that never were get no series.
void store_take_overs(const snapshot& s, samples& out) {
  std::map<std::string_view, std::array<std::uint64_t, 13>> topics;
  for (const store_partition_row& row : s.store.partitions)
    for (std::size_t i = 0; i < row.take_overs.size(); ++i) topics[row.topic][i] += row.take_overs[i];
  for (const auto& [topic, counts] : topics)
    for (std::size_t i = 0; i < counts.size(); ++i)
      if (counts[i] > 0 || s.store.take_over_names[i] == "assigned")
        out.add({topic, s.store.take_over_names[i]}, number(counts[i]));
}

/// The longest of the partitions of each topic: they are the same.
void store_keep_every(const snapshot& s, samples& out) {
  std::map<std::string_view, double> topics;
  for (const store_partition_row& row : s.store.partitions)
    topics[row.topic] = std::max(topics[row.topic], row.keep_every_seconds);
  for (const auto& [topic, seconds] : topics) out.add({topic}, seconds);
}

/// The sum over the partitions of each topic.
template <auto Of>
void by_store_topic(const snapshot& s, samples& out) {
  std::map<std::string_view, std::uint64_t> topics;
  for (const store_partition_row& row : s.store.partitions) topics[row.topic] += static_cast<std::uint64_t>(Of(row));
  for (const auto& [topic, sum] : topics) out.add({topic}, number(sum));
}

std::string code(int status) {
  if (status == lane_recorder::status_other) return "other";
  return status == 0 ? "" : std::to_string(status);
}

void requests(const snapshot& s, samples& out) {
  for (const auto& row : s.requests) out.add({name(row.on), name(row.to), code(row.status)}, number(row.count));
}

// clang-format off
constexpr auto all = std::to_array<metric>({
    // Arrivals
    {"headgate_events_received_total", counter, "", "topic,listener",
     "Events taken in, whatever their outcome.", by_topic_and_listener<&topic_row::events_in>},
    {"headgate_received_bytes_total", counter, "bytes", "topic,listener",
     "Bytes of those events' values, after decompression.", by_topic_and_listener<&topic_row::bytes_in>},
    {"headgate_requests_total", counter, "", "listener,route,code",
     "Answered requests and frames; code is the HTTP status, none for TCP frames.", requests},
    {"headgate_request_duration_seconds", histogram, "seconds", "listener",
     "From a request's first byte to its answer, by listener.", [](const snapshot& s, samples& out) {
       for (std::size_t i = 0; i < s.by_listener.size(); ++i)
         if (s.by_listener[i].on) out.add({listener_name(i)}, s.by_listener[i].request_us, durations);
     }},
    {"headgate_requests_refused_full_total", counter, "", "",
     "Requests answered 503 because the in-flight budget had no room; nothing of them was taken.",
     one<&snapshot::refused_full>},
    {"headgate_requests_refused_draining_total", counter, "", "",
     "Requests answered 503 because the process was ending; nothing of them was taken.",
     one<&snapshot::refused_draining>},
    {"headgate_protocol_errors_total", counter, "", "",
     "Requests or frames that could not be read.", one<&snapshot::protocol_errors>},
    {"headgate_lines_oversize_total", counter, "", "",
     "Lines beyond line_bytes_max: skipped.", one<&snapshot::lines_oversize>},
    {"headgate_connections", gauge, "", "listener",
     "Open connections.", [](const snapshot& s, samples& out) {
       for (std::size_t i = 0; i < s.by_listener.size(); ++i)
         if (const auto& row = s.by_listener[i]; row.on)
           out.add({listener_name(i)}, number(row.connections_opened - row.connections_closed));
     }},
    {"headgate_connections_opened_total", counter, "", "listener",
     "Accepted connections.", by_listener<&listener_row::connections_opened>},
    {"headgate_connections_refused_total", counter, "", "listener",
     "Connections closed at once because connections_max were open.", by_listener<&listener_row::connections_refused>},
    {"headgate_connections_limit", gauge, "", "",
     "limits.connections_max: http, tcp and lines together; the admin listener has 256 of its own.", one<&snapshot::connections_limit>},

    // TLS
    {"headgate_tls_handshakes_total", counter, "", "listener,outcome",
     "Connections to a TLS listener by how they began: full and resumed shook hands, the others have no session.",
     [](const snapshot& s, samples& out) {
       for (std::size_t i = 0; i < s.by_listener.size(); ++i)
         for (std::size_t how = 0; how < tls_outcomes; ++how)
           if (const auto& row = s.by_listener[i]; row.on && row.tls)
             out.add({listener_name(i), name(static_cast<tls_outcome>(how))}, number(row.tls_handshakes[how]));
     }},
    {"headgate_tls_handshakes_under_way", gauge, "", "listener",
     "Connections that have not shaken hands yet; at most limits.handshakes_max.", [](const snapshot& s, samples& out) {
       for (std::size_t i = 0; i < s.by_listener.size(); ++i)
         if (const auto& row = s.by_listener[i]; row.on && row.tls)
           out.add({listener_name(i)}, number(row.handshakes_under_way));
     }},
    {"headgate_tls_certificate_expiry_timestamp_seconds", gauge, "seconds", "listener,certificate",
     "When the certificate in this file, as it is in force, ceases to be valid; since 1970 in UTC.",
     [](const snapshot& s, samples& out) {
       for (const auto& row : s.certificates) out.add({name(row.on), row.file}, row.expires_seconds);
     }},

    // Writers; by tenant where tenants are configured
    {"headgate_tenant_events_total", counter, "", "tenant",
     "Events taken in for a tenant.", by_tenant<&tenant_row::events>},
    {"headgate_tenant_received_bytes_total", counter, "bytes", "tenant",
     "Bytes of those events' values.", by_tenant<&tenant_row::bytes>},
    {"headgate_tenant_requests_total", counter, "", "tenant",
     "Requests and frames let in for a tenant.", by_tenant<&tenant_row::requests>},
    {"headgate_tenant_refused_total", counter, "", "tenant,reason",
     "Requests refused: forbidden (no right), or the quota that was used up. Frames and lines that wait are not refused.",
     [](const snapshot& s, samples& out) {
       for (const auto& row : s.tenants)
         for (const auto& [reason, count] : row.refused) out.add({row.tenant, reason}, number(count));
     }},
    {"headgate_tenant_connections", gauge, "", "tenant",
     "Open connections of a tenant, from their first request, frame or line on.", by_tenant<&tenant_row::connections>},
    {"headgate_tenant_in_flight_bytes", gauge, "bytes", "tenant",
     "Bytes taken from a tenant whose outcome is waited for.", by_tenant<&tenant_row::in_flight_bytes>},
    {"headgate_tenant_quota_used_ratio", gauge, "", "tenant,quota",
     "How much of a quota is in use: 1 = used up; above 1 something large is being waited for.",
     [](const snapshot& s, samples& out) {
       for (const auto& row : s.tenants)
         for (const auto& [quota, used] : row.quota_used) out.add({row.tenant, quota}, used);
     }},
    {"headgate_logins_checked_total", counter, "", "",
     "Credentials that were looked at and good; those remembered from before are not looked at.",
     [](const snapshot& s, samples& out) {
       if (!s.tenants.empty()) out.add({}, number(s.logins_checked));
     }},
    {"headgate_logins_refused_total", counter, "", "reason",
     "Logins that were refused, by reason; no_credential is how browsers and curl begin.",
     [](const snapshot& s, samples& out) {
       for (const auto& [reason, count] : s.logins_refused) out.add({reason}, number(count));
     }},

    // Outcomes
    {"headgate_events_settled_total", counter, "", "topic,outcome",
     "Events whose fate is known, by outcome.", settled},
    {"headgate_events_refused_total", counter, "", "reason",
     "Events that were not persisted, by reason.", refused},
    {"headgate_records_admitted_total", counter, "", "",
     "Records that entered the in-flight budget. Always = settled + in flight.", one<&snapshot::records_admitted>},
    {"headgate_records_settled_total", counter, "", "",
     "Records that left the in-flight budget with a known outcome.", one<&snapshot::records_settled>},
    {"headgate_in_flight_records", gauge, "", "",
     "Records admitted and not settled yet.", one<&snapshot::in_flight, &in_flight_state::records>},
    {"headgate_in_flight_bytes", gauge, "bytes", "",
     "Bytes that those records take from the budget, bookkeeping included.", one<&snapshot::in_flight, &in_flight_state::bytes>},
    {"headgate_in_flight_limit_bytes", gauge, "bytes", "",
     "The budget: never exceeded.", one<&snapshot::in_flight, &in_flight_state::limit_bytes>},
    {"headgate_in_flight_high_bytes", gauge, "bytes", "",
     "Above this level new work is refused.", one<&snapshot::in_flight, &in_flight_state::high_bytes>},
    {"headgate_in_flight_low_bytes", gauge, "bytes", "",
     "At this level new work is taken again.", one<&snapshot::in_flight, &in_flight_state::low_bytes>},
    {"headgate_intake_paused", gauge, "", "",
     "1 while new work is refused between the high and the low level.",
     one<&snapshot::in_flight, &in_flight_state::paused>},
    {"headgate_topic_in_flight_bytes", gauge, "bytes", "topic",
     "A topic's part of the budget; at most half of it.", by_topic<&topic_row::in_flight_bytes>},
    {"headgate_publish_lag_seconds", gauge, "seconds", "topic",
     "Age of the topic's oldest record in flight; 0 = none. Grows without end where a partition is stuck.",
     by_topic<&topic_row::publish_lag_seconds>},

    // Batches
    {"headgate_batches_total", counter, "", "topic",
     "Batches settled.", by_topic<&topic_row::batches>},
    {"headgate_batched_records_total", counter, "", "topic",
     "Records in those batches.", by_topic<&topic_row::batch_records>},
    {"headgate_batched_bytes_total", counter, "bytes", "topic",
     "Keys, values and headers in them, uncompressed.", by_topic<&topic_row::batch_bytes>},
    {"headgate_batch_records", histogram, "", "",
     "Records a batch.", one_histogram<&snapshot::batch_records, record_counts>},
    {"headgate_batch_bytes", histogram, "bytes", "",
     "Bytes a batch, uncompressed.", one_histogram<&snapshot::batch_bytes, byte_sizes>},
    {"headgate_batch_linger_seconds", histogram, "seconds", "",
     "How long a batch's oldest record waited before the batch was sealed.", one_histogram<&snapshot::linger_us, durations>},
    {"headgate_delivery_duration_seconds", histogram, "seconds", "",
     "From a batch's hand-over to its settlement.", one_histogram<&snapshot::delivery_us, durations>},
    {"headgate_sent_bytes_total", counter, "bytes", "topic",
     "Record batches sent to Kafka, compressed, their headers included, retries too.",
     by_topic<&topic_row::sent_bytes>},
    {"headgate_sent_payload_bytes_total", counter, "bytes", "topic",
     "Keys and values in those record batches, uncompressed.", by_topic<&topic_row::sent_payload_bytes>},
    {"headgate_compression_ratio", gauge, "", "topic",
     "The quotient of the two since start: 3 = a third of the bytes went over the wire. Over a time: use rates.",
     [](const snapshot& s, samples& out) {
       for (const auto& row : s.topics)
         if (row.seen() && row.sent_bytes > 0)
           out.add({row.topic}, number(row.sent_payload_bytes) / number(row.sent_bytes));
     }},

    // Kafka as the producer sees it
    {"headgate_kafka_publisher_info", info, "", "publisher,property",
     "The publisher that writes to Kafka: direct or librdkafka, and the property that needs librdkafka; always 1.",
     [](const snapshot& s, samples& out) {
       if (!s.kafka.publisher.empty()) out.add({s.kafka.publisher, s.kafka.publisher_property}, 1);
     }},
    {"headgate_kafka_up", gauge, "", "",
     "1 while Kafka answers the producer's questions about its topics.", one<&snapshot::kafka, &kafka_state::up>},
    {"headgate_kafka_away_seconds", gauge, "seconds", "",
     "Since Kafka last answered; 0 = it answers.", one<&snapshot::kafka, &kafka_state::away_seconds>},
    {"headgate_kafka_producer_rebuilds_total", counter, "", "",
     "Producers thrown away after a fatal error and rebuilt.", one<&snapshot::kafka, &kafka_state::producer_rebuilds>},
    {"headgate_kafka_queue_records", gauge, "", "",
     "Records handed to the publisher that Kafka has not answered.", if_known<&kafka_state::queue_records>},
    {"headgate_kafka_queue_bytes", gauge, "bytes", "",
     "Bytes of those records.", if_known<&kafka_state::queue_bytes>},
    {"headgate_kafka_statistics_age_seconds", gauge, "seconds", "",
     "Age of librdkafka's numbers, which the broker metrics include.", if_known<&kafka_state::age_seconds>},
    {"headgate_kafka_broker_state", gauge, "", "broker,state",
     "1 for the state the broker connection is in.", [](const snapshot& s, samples& out) {
       for (const auto& row : s.kafka.brokers) out.add({row.broker, row.state}, 1);
     }},
    {"headgate_kafka_broker_rtt_average_seconds", gauge, "seconds", "broker",
     "Round trip of requests, average.", by_broker<&broker_row::rtt_average_seconds>},
    {"headgate_kafka_broker_rtt_p99_seconds", gauge, "seconds", "broker",
     "Round trip of requests, 99th percentile.", by_broker<&broker_row::rtt_p99_seconds>},
    {"headgate_kafka_broker_throttle_seconds", gauge, "seconds", "broker",
     "The longest delay the broker has asked for lately, for a quota's sake; 0 = none.",
     by_broker<&broker_row::throttle_seconds>},
    {"headgate_kafka_broker_requests_total", counter, "", "broker",
     "Requests sent.", by_broker<&broker_row::requests>},
    {"headgate_kafka_broker_retries_total", counter, "", "broker",
     "Requests sent again.", by_broker<&broker_row::retries>},
    {"headgate_kafka_broker_request_errors_total", counter, "", "broker",
     "Requests that could not be sent.", by_broker<&broker_row::request_errors>},
    {"headgate_kafka_broker_response_errors_total", counter, "", "broker",
     "Responses that could not be received.", by_broker<&broker_row::response_errors>},
    {"headgate_kafka_broker_timeouts_total", counter, "", "broker",
     "Requests without an answer in time.", by_broker<&broker_row::timeouts>},
    {"headgate_kafka_broker_sent_bytes_total", counter, "bytes", "broker",
     "Bytes sent.", by_broker<&broker_row::sent_bytes>},
    {"headgate_kafka_broker_received_bytes_total", counter, "bytes", "broker",
     "Bytes received.", by_broker<&broker_row::received_bytes>},
    {"headgate_kafka_broker_connects_total", counter, "", "broker",
     "Connection attempts.", by_broker<&broker_row::connects>},
    {"headgate_kafka_broker_disconnects_total", counter, "", "broker",
     "Connections lost.", by_broker<&broker_row::disconnects>},
    {"headgate_kafka_broker_logins_total", counter, "", "broker",
     "Logins of the direct publisher and the store, renewals included.", by_broker<&broker_row::logins>},
    {"headgate_kafka_broker_login_renewals_total", counter, "", "broker",
     "Logins made anew because the one before was about to end.", by_broker<&broker_row::login_renewals>},
    {"headgate_kafka_broker_produce_version", gauge, "", "broker",
     "The version of Produce that the direct publisher speaks with it.", [](const snapshot& s, samples& out) {
       for (const auto& row : s.kafka.brokers)
         if (row.produce_version > 0) out.add({row.broker}, number(row.produce_version));
     }},
    {"headgate_kafka_broker_queued_requests", gauge, "", "broker",
     "Requests waiting to be sent.", by_broker<&broker_row::queued_requests>},
    {"headgate_kafka_broker_waiting_requests", gauge, "", "broker",
     "Requests waiting for their answer.", by_broker<&broker_row::waiting_requests>},

    // Consumers
    {"kafka_consumergroup_lag", gauge, "", "consumergroup,topic,partition",
     "End offset less committed offset (read in the safe order, never below 0); -1 = the group has no commit there.",
     [](const snapshot& s, samples& out) {
       for (const auto& row : s.consumer_lag.rows)
         out.add({row.group, row.topic, std::to_string(row.partition)}, number(row.lag));
     }},
    {"headgate_consumer_lag_age_seconds", gauge, "seconds", "",
     "Age of kafka_consumergroup_lag; -1 = not read yet.", [](const snapshot& s, samples& out) {
       if (s.consumer_lag.configured) out.add({}, s.consumer_lag.age_seconds);
     }},
    {"headgate_consumer_lag_scrape_errors_total", counter, "", "",
     "Groups or partitions whose lag could not be read.", one<&snapshot::consumer_lag, &consumer_lag_state::errors>},

    // The event store
    {"headgate_store_appends_total", counter, "", "topic,outcome",
     "Appends by what became of them, those of ordinary requests included.", store_appends},
    {"headgate_store_owned_partitions", gauge, "", "topic",
     "Partitions of which this instance is the owner.", by_store_topic<[](const store_partition_row& r) {
       return r.state == "serving" ? 1 : 0;
     }>},
    {"headgate_store_partitions", gauge, "", "topic",
     "Partitions of store topics.", by_store_topic<[](const store_partition_row&) { return 1; }>},
    {"headgate_store_topic_unfit", gauge, "", "topic",
     "1 if the topic is not served, because Kafka is not set up for it (store_topic_unfit).",
     [](const snapshot& s, samples& out) {
       for (const auto& [topic, why] : s.store.topics) out.add({topic}, number(!why.empty()));
     }},
    {"headgate_store_take_overs_total", counter, "", "topic,reason",
     "Times this instance took a partition over, by the reason why.", store_take_overs},
    {"headgate_store_take_over_duration_seconds", histogram, "seconds", "",
     "From the assignment or the loss of a partition until it is served.", [](const snapshot& s, samples& out) {
       if (s.store.on) out.add({}, s.store.take_over_us, durations);
     }},
    {"headgate_store_keep_every_seconds", gauge, "seconds", "topic",
     "How often owners prove themselves to Kafka: a quarter of what expires first.", store_keep_every},
    {"headgate_store_keep_alives_overdue", gauge, "", "topic",
     "Partitions served here whose ownership Kafka has not confirmed for twice that time.",
     by_store_topic<[](const store_partition_row& r) { return r.is_keep_overdue ? 1 : 0; }>},
    {"headgate_store_folded_total", counter, "", "topic",
     "Records folded into the index.", by_store_topic<[](const store_partition_row& r) { return r.folded; }>},
    {"headgate_store_lag_records", gauge, "", "topic",
     "Records of the log that are not in the index yet.",
     by_store_topic<[](const store_partition_row& r) { return r.lag < 0 ? 0 : r.lag; }>},
    {"headgate_store_version_mismatches_total", counter, "", "topic",
     "Events whose aggregate-version is not what counting gives.",
     by_store_topic<[](const store_partition_row& r) { return r.mismatches; }>},
    {"headgate_store_forwarded_total", counter, "", "kind,outcome",
     "Requests passed on to the instance that owns the partition. not_sent: it has certainly not taken it, and it was tried again or refused.",
     [](const snapshot& s, samples& out) {
       for (const store_state::forwarded_row& row : s.store.forwarded)
         out.add({row.kind, row.outcome}, number(row.count));
     }},
    {"headgate_store_index_bytes", gauge, "bytes", "where",
     "Size of the index on disk, and of what it holds in memory.", [](const snapshot& s, samples& out) {
       if (!s.store.on) return;
       out.add({"disk"}, number(s.store.index_disk_bytes));
       out.add({"memory"}, number(s.store.index_memory_bytes));
     }},

    // The process
    {"headgate_ready", gauge, "", "",
     "1 if an event posted now would be taken; as GET /readyz.",
     [](const snapshot& s, samples& out) { out.add({}, number(s.not_ready_reason.empty())); }},
    {"headgate_draining", gauge, "", "",
     "1 from SIGTERM on.", one<&snapshot::draining>},
    {"headgate_lanes", gauge, "", "",
     "I/O threads.", one<&snapshot::lanes>},
    {"headgate_happenings_total", counter, "", "happening,level",
     "Notices by name, those whose log line was held back included.", [](const snapshot& s, samples& out) {
       for (const auto& row : s.happenings) out.add({row.name, row.level}, number(row.count));
     }},
    {"headgate_log_lines_lost_total", counter, "", "",
     "Log lines dropped because the log could not keep up.", one<&snapshot::log_lines_lost>},
    {"headgate_build_info", info, "", "version,commit,librdkafka,compiler",
     "The version that runs; always 1.", [](const snapshot& s, samples& out) {
       out.add({s.build.version, s.build.commit, s.build.librdkafka, s.build.compiler}, 1);
     }},
    {"headgate_uptime_seconds", gauge, "seconds", "",
     "Since the process started.", one<&snapshot::process, &process_state::uptime_seconds>},
    {"process_cpu_seconds_total", counter, "seconds", "",
     "User and system CPU time.", one<&snapshot::process, &process_state::cpu_seconds>},
    {"process_resident_memory_bytes", gauge, "bytes", "",
     "Resident memory.", one<&snapshot::process, &process_state::resident_bytes>},
    {"process_virtual_memory_bytes", gauge, "bytes", "",
     "Virtual memory.", one<&snapshot::process, &process_state::virtual_bytes>},
    {"process_open_fds", gauge, "", "",
     "Open file descriptors.", one<&snapshot::process, &process_state::open_fds>},
    {"process_max_fds", gauge, "", "",
     "Limit of open file descriptors.", one<&snapshot::process, &process_state::max_fds>},
    {"process_threads", gauge, "", "",
     "Threads.", one<&snapshot::process, &process_state::threads>},
    {"process_start_time_seconds", gauge, "seconds", "",
     "Start time, since 1970 in UTC.", one<&snapshot::process, &process_state::start_time_seconds>},
});
// clang-format on

}  // namespace

std::string_view name(kind k) noexcept {
  switch (k) {
    case counter: return "counter";
    case gauge: return "gauge";
    case histogram: return "histogram";
    case info: return "info";
  }
  return "unknown";
}

std::span<const metric> catalogue() noexcept { return all; }

std::string catalogue_markdown() {
  std::string out = "| metric | type | labels | meaning |\n|---|---|---|---|\n";
  for (const metric& m : all) {
    out.append("| `").append(m.name).append("` | ").append(name(m.type)).append(" | ");
    std::string_view labels = m.labels;
    while (!labels.empty()) {
      const std::size_t comma = labels.find(',');
      out.append("`").append(labels.substr(0, comma)).append("`");
      labels = comma == std::string_view::npos ? std::string_view{} : labels.substr(comma + 1);
      if (!labels.empty()) out.append(" ");
    }
    out.append(" | ").append(m.help).append(" |\n");
  }
  return out;
}

}  // namespace metrics
