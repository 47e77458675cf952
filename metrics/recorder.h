// The counters of one lane. Written by that lane only (plain relaxed stores, no atomic read-modify-write), read by the
// scraper at any time. One update a request, batch or readiness cycle; never one an event.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace metrics {

/// A number with one writer and any readers.
class tally {
 public:
  void add(std::uint64_t n = 1) noexcept { set(value() + n); }
  void subtract(std::uint64_t n = 1) noexcept { set(value() - n); }
  void set(std::uint64_t n) noexcept { value_.store(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Counts by power of two of the observed number (microseconds, bytes, events): bucket 0 holds 0, bucket i the values
/// from 2^(i-1) to 2^i - 1, the last one everything above too. Not cumulative.
class log2_histogram {
 public:
  static constexpr std::size_t buckets = 36;
  void observe(std::uint64_t value) noexcept;
  [[nodiscard]] std::uint64_t bucket(std::size_t i) const noexcept { return counts_[i].value(); }
  [[nodiscard]] std::uint64_t sum() const noexcept { return sum_.value(); }

 private:
  std::array<tally, buckets> counts_;
  tally sum_;
};

/// The listener that took an event or a request. The admin listener's lane counts as `http`; its recorder is told apart
/// when it is read (collect.h).
enum class listener : std::uint8_t { http, tcp, lines, admin };
inline constexpr std::size_t listeners = 3;  // those that take events

/// The routes requests are counted by. TCP frames count as route `frame`.
enum class route : std::uint8_t {
  events,
  topics,
  topic,
  partition_of,
  healthz,
  readyz,
  admin_metrics,
  admin_page,
  frame,
  rest_proxy_v2,
  rest_proxy_v3,
  record,  // one record by its key: DELETE
  store,   // appends and reads of aggregates
  openapi,
  other,
};
inline constexpr std::size_t routes = 15;

/// How a connection to a TLS listener began.
enum class tls_outcome : std::uint8_t {
  full,               // shook hands in full
  resumed,            // with a session ticket
  plain,              // it does not speak TLS; told so in words
  no_agreement,       // no common version, suite or application protocol
  no_certificate,     // it has shown none and must
  bad_certificate,    // its certificate is refused
  refused_by_client,  // it does not trust ours, most likely
  timed_out,          // it did not shake hands in time
  crowded_out,        // too many were shaking hands, and it had waited longest
  bad_proxy_header,   // a trusted proxy's, which cannot be read
  closed,             // it went away before it had shaken hands
  failed,             // anything else
};
inline constexpr std::size_t tls_outcomes = static_cast<std::size_t>(tls_outcome::failed) + 1;
[[nodiscard]] std::string_view name(tls_outcome) noexcept;

struct topic_counts {
  std::array<tally, listeners> events_in;
  std::array<tally, listeners> bytes_in;
  std::array<tally, 6> outcomes;  // by batching::outcome
  tally batches;
  tally batch_records;
  tally batch_bytes;
  // Age at the lane's last tick; publish lag is the largest over lanes.
  std::atomic<std::int64_t> oldest_unsettled_us{0};
};

class lane_recorder {
 public:
  static constexpr std::size_t topics_max = 65'536;
  static constexpr int status_other = -1;  // every status that is not in the table below is counted here
  static constexpr std::array<int, 36> known_statuses = {
      status_other, 0,   100, 200, 201, 202, 204, 206, 207, 301, 302, 304, 400, 401, 403, 404, 405, 406,
      408,          409, 410, 411, 412, 413, 414, 415, 417, 421, 422, 429, 431, 500, 501, 503, 504, 505};

  /// Lane thread. Grows on first use of a topic id; ids of topics_max and above share the last place.
  topic_counts& of_topic(std::uint32_t topic_id);
  /// Any thread; nullptr, or counts that are all zero, where the lane has not seen the topic.
  [[nodiscard]] const topic_counts* find_topic(std::uint32_t topic_id) const noexcept;

  /// One answered request. `status` is the HTTP status (0 for routes without one).
  void request(listener on, route to, int status, std::chrono::microseconds took) noexcept;
  [[nodiscard]] std::uint64_t requests(listener on, route to, int status) const noexcept;

  void tls_handshake(listener on, tls_outcome how) noexcept {
    tls_handshakes[static_cast<std::size_t>(on)][static_cast<std::size_t>(how)].add();
  }

  std::array<tally, listeners> connections_opened;
  std::array<tally, listeners> connections_closed;
  std::array<tally, listeners> connections_refused;  // connections_max reached
  std::array<std::array<tally, tls_outcomes>, listeners> tls_handshakes;
  std::array<tally, listeners> handshakes_under_way;
  std::array<log2_histogram, listeners> request_us;
  log2_histogram delivery_us;  // sealed -> settled, a batch
  log2_histogram linger_us;    // oldest record -> sealed, a batch
  log2_histogram batch_records;
  log2_histogram batch_bytes;
  std::array<tally, 64> refused_events;  // by batching::reason; room for more
  tally refused_full;                    // requests answered 503 for want of budget
  tally refused_draining;                // requests answered 503 because the process ends
  tally lines_oversize;
  tally records_admitted;
  tally records_settled;
  tally protocol_errors;  // requests or frames that could not be read

 private:
  std::array<std::atomic<topic_counts*>, 256> chunks_{};  // 256 topics a chunk
  std::array<std::array<std::array<tally, known_statuses.size()>, routes>, listeners> requests_;

 public:
  lane_recorder() = default;
  ~lane_recorder();
  lane_recorder(const lane_recorder&) = delete;
  lane_recorder& operator=(const lane_recorder&) = delete;
};

}  // namespace metrics
