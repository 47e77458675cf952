// librdkafka's statistics (its JSON, each second) as numbers, and their place in a metrics snapshot. The publisher's
// on_statistics callback feeds a statistics_book; the application's collector reads it. No thread of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/snapshot.h"

namespace batching::librdkafka {

/// One topic in one emission.
struct topic_statistics {
  std::string topic;
  std::uint64_t sent_records = 0;        // since the producer was built; without retries
  std::uint64_t sent_payload_bytes = 0;  // their keys and values, before compression; since the producer was built
  std::uint64_t batch_bytes = 0;         // record batches as they went over the wire, since the last emission
  std::uint64_t batches = 0;             // how many that were
  std::int64_t queued_records = 0;       // not in a request yet
};

struct statistics {
  std::string producer;  // librdkafka's name of the instance: another name, another producer
  std::int64_t queue_records = 0;
  std::int64_t queue_bytes = 0;
  std::vector<metrics::broker_row> brokers;  // real ones, by name
  std::vector<topic_statistics> topics;

  [[nodiscard]] bool any_broker_up() const noexcept;
};

/// nullopt: not librdkafka's statistics. Fields that are missing stay 0.
[[nodiscard]] std::optional<statistics> parse_statistics(std::string_view json);

/// The newest statistics, and what must be added up over emissions: librdkafka tells the compressed size of batches
/// only for the last interval, and counts everything else from zero again when the producer is rebuilt. Any thread.
class statistics_book {
 public:
  using clock = std::chrono::steady_clock;

  /// JSON that cannot be parsed is dropped: the numbers then age, and the age is a metric.
  void take(std::string_view json, clock::time_point now = clock::now());

  /// Sets the brokers, the queue, the age; and of each topic that has a row already, what was sent.
  void fill(metrics::snapshot& into, clock::time_point now = clock::now()) const;

 private:
  struct topic_totals {
    std::uint64_t sent_bytes = 0;
    std::uint64_t payload_bytes = 0;
    std::uint64_t payload_bytes_seen = 0;  // the newest emission's counter
  };
  void add(const topic_statistics& topic, bool producer_is_new);

  mutable std::mutex mutex_;
  statistics newest_;
  clock::time_point taken_at_{};
  std::map<std::string, topic_totals, std::less<>> topics_;
};

}  // namespace batching::librdkafka
