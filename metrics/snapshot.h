// The whole process at one moment, in plain numbers: what a scrape, the status page and the tests look at. Built by the
// application's collector from the lanes, the publisher, the consumer lag poller and /proc (collect.h, process.h).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/recorder.h"

namespace metrics {

inline constexpr std::size_t outcomes = 6;  // batching::outcome
inline constexpr std::size_t reasons = 64;  // room for batching::reason

/// Several log2_histograms added up.
struct histogram_counts {
  std::array<std::uint64_t, log2_histogram::buckets> counts{};
  std::uint64_t sum = 0;

  void add(const log2_histogram& other) noexcept;
  [[nodiscard]] std::uint64_t total() const noexcept;
};

struct topic_row {
  std::string topic;
  std::uint32_t id = 0;
  std::int32_t partitions = 0;
  std::array<std::uint64_t, listeners> events_in{};
  std::array<std::uint64_t, listeners> bytes_in{};
  std::array<std::uint64_t, outcomes> settled{};  // by batching::outcome
  std::uint64_t batches = 0;
  std::uint64_t batch_records = 0;
  std::uint64_t batch_bytes = 0;         // keys, values and headers, before compression
  std::uint64_t sent_payload_bytes = 0;  // keys and values in requests to Kafka, before compression
  std::uint64_t sent_bytes = 0;          // the record batches they became, after compression; 0 = not known
  std::int64_t in_flight_bytes = 0;
  double publish_lag_seconds = 0;

  /// Whether there is anything to say: topics without traffic get no series.
  [[nodiscard]] bool seen() const noexcept;
};

struct listener_row {
  bool on = false;  // listeners that are off get no series
  std::uint64_t connections_opened = 0;
  std::uint64_t connections_closed = 0;
  std::uint64_t connections_refused = 0;
  bool tls = false;  // plain listeners get no series about TLS
  std::array<std::uint64_t, tls_outcomes> tls_handshakes{};
  std::uint64_t handshakes_under_way = 0;
  histogram_counts request_us;
};

/// A certificate that a listener shows, or an authority's revocation list that it goes by.
struct certificate_row {
  listener on{};
  std::string file;
  double expires_seconds = 0;  // since 1970
};

struct request_row {
  listener on{};
  route to{};
  int status = 0;  // 0: the route has none; lane_recorder::status_other: one we do not count apart
  std::uint64_t count = 0;
};

/// One broker as librdkafka sees it; counters are since the producer was built.
struct broker_row {
  std::string broker;  // host:port/id
  std::int32_t id = -1;
  std::string state;  // librdkafka's word: UP, DOWN, CONNECT, ..
  double rtt_average_seconds = 0;
  double rtt_p99_seconds = 0;
  double throttle_seconds = 0;  // the longest delay that the broker has asked for lately, for a quota's sake
  std::uint64_t requests = 0;
  std::uint64_t retries = 0;
  std::uint64_t request_errors = 0;
  std::uint64_t response_errors = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t sent_bytes = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t connects = 0;
  std::uint64_t disconnects = 0;
  std::uint64_t logins = 0;
  std::uint64_t login_renewals = 0;   // before the login before them ended
  std::int32_t produce_version = 0;   // that is spoken; 0: not known
  std::int64_t queued_requests = 0;   // not sent yet
  std::int64_t waiting_requests = 0;  // sent, not answered yet
};

struct kafka_state {
  std::string_view publisher;      // who writes to Kafka: direct, librdkafka
  std::string publisher_property;  // of kafka.properties, that made it librdkafka; empty: none
  bool known = false;              // statistics have arrived; else brokers and the producer's numbers get no series
  bool up = false;                 // at least one broker is connected
  double away_seconds = 0;         // since the last broker was lost; 0 = up
  double age_seconds = 0;          // of librdkafka's statistics
  std::vector<broker_row> brokers;
  std::uint64_t producer_rebuilds = 0;
  std::int64_t queue_records = 0;  // handed to librdkafka, no delivery report yet
  std::int64_t queue_bytes = 0;
};

struct consumer_lag_row {
  std::string group;
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t lag = -1;  // -1: the group has committed nothing there
};

struct consumer_lag_state {
  bool configured = false;
  std::vector<consumer_lag_row> rows;
  double age_seconds = -1;  // of the rows; -1: no round has succeeded yet
  std::uint64_t errors = 0;
};

/// One partition of a store topic.
struct store_partition_row {
  std::string topic;
  std::int32_t partition = 0;
  std::string_view state;                      // of its ownership
  std::string_view reason;                     // of that
  double since_seconds = 0;                    // in that state
  std::int64_t epoch = -1;                     // of the last take-over
  std::array<std::uint64_t, 13> take_overs{};  // by store::ownership_reason
  double keep_every_seconds = 0;               // between two proofs of the ownership
  bool is_keep_overdue = false;
  std::int64_t lag = -1;  // records of the log that are not in the index; -1: not known
  std::uint64_t mismatches = 0;
  std::array<std::uint64_t, 8> appends{};  // by store::append_fate
  std::uint64_t folded = 0;
};

struct store_state {
  bool on = false;
  std::array<std::string_view, 8> fate_names{};
  std::array<std::string_view, 13> take_over_names{};
  histogram_counts take_over_us;
  std::vector<std::pair<std::string, std::string>> topics;  // and why it is not served; empty: it is
  std::vector<store_partition_row> partitions;
  std::uint64_t index_disk_bytes = 0;
  std::uint64_t index_memory_bytes = 0;
  /// Requests that were passed on, by what they were and what became of them.
  struct forwarded_row {
    std::string_view kind;
    std::string_view outcome;
    std::uint64_t count = 0;
  };
  std::vector<forwarded_row> forwarded;
};

/// Counts of what deserved a log line, by the name that stands in the log.
struct happening_row {
  std::string_view name;
  std::string_view level;
  bool calls_person = false;
  std::uint64_t count = 0;
};

struct process_state {
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_fds = 0;
  std::uint64_t max_fds = 0;
  std::uint64_t threads = 0;
  double start_time_seconds = 0;  // since 1970
  double uptime_seconds = 0;
};

struct in_flight_state {
  std::int64_t records = 0;
  std::int64_t bytes = 0;
  std::int64_t limit_bytes = 0;
  std::int64_t high_bytes = 0;
  std::int64_t low_bytes = 0;
  bool paused = false;
};

struct build_state {
  std::string version;
  std::string commit;
  std::string librdkafka;  // the one it runs with
  std::string compiler;
};

/// One tenant of the configuration. Names of reasons and quotas are whose rows they are.
struct tenant_row {
  std::string tenant;
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t requests = 0;
  std::uint64_t connections = 0;
  std::int64_t in_flight_bytes = 0;
  std::vector<std::pair<std::string_view, std::uint64_t>> refused;  // by reason
  std::vector<std::pair<std::string_view, double>> quota_used;      // of those that are configured; 1: used up
};

struct snapshot {
  // Names of what the arrays are indexed by: batching::name(outcome), batching::code(reason). Set by the collector.
  std::array<std::string_view, outcomes> outcome_names{};
  std::array<std::string_view, reasons> reason_names{};  // empty: not in use

  std::string not_ready_reason;  // empty: an event posted now would be taken
  bool draining = false;
  std::uint32_t lanes = 0;
  std::uint64_t connections_limit = 0;

  std::vector<topic_row> topics;
  std::array<listener_row, listeners + 1> by_listener;  // and admin
  std::vector<certificate_row> certificates;
  std::vector<request_row> requests;
  std::array<std::uint64_t, reasons> refused_events{};  // by batching::reason
  std::uint64_t refused_full = 0;
  std::uint64_t refused_draining = 0;
  std::uint64_t lines_oversize = 0;
  std::uint64_t protocol_errors = 0;
  std::uint64_t records_admitted = 0;
  std::uint64_t records_settled = 0;
  histogram_counts delivery_us;
  histogram_counts linger_us;
  histogram_counts batch_records;
  histogram_counts batch_bytes;

  std::vector<tenant_row> tenants;                                         // empty: nobody has to say who they are
  std::vector<std::pair<std::string_view, std::uint64_t>> logins_refused;  // by reason
  std::uint64_t logins_checked = 0;

  in_flight_state in_flight;
  kafka_state kafka;
  consumer_lag_state consumer_lag;
  store_state store;
  std::vector<happening_row> happenings;
  std::uint64_t log_lines_lost = 0;
  build_state build;
  process_state process;
};

}  // namespace metrics
