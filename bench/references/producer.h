// The plain librdkafka producer that both references stand on: acks=all, idempotent, a bounded queue, delivery reports
// counted on the producing thread.
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "bench/references/options.h"

namespace bench::references {

class producer {
 public:
  /// Fetches the topic's metadata before it returns. Exits with a line on stderr when Kafka or the topic is not there.
  explicit producer(const options& o);

  [[nodiscard]] rd_kafka_topic_t* topic() const noexcept { return topic_.get(); }
  [[nodiscard]] std::int32_t partitions() const noexcept { return partitions_; }

  void poll(int timeout_ms) { rd_kafka_poll(kafka_.get(), timeout_ms); }
  /// Until every report is in.
  void wait_for_reports();

  [[nodiscard]] std::uint64_t delivered() const noexcept { return delivered_; }
  [[nodiscard]] std::uint64_t failed() const noexcept { return failed_; }
  std::uint64_t produced = 0;
  std::function<void(const rd_kafka_message_t&)> on_delivered;  // only bench-latency sets it

 private:
  static void on_report(rd_kafka_t*, const rd_kafka_message_t* message, void* self) noexcept;

  struct destroy {
    void operator()(rd_kafka_t* k) const noexcept { rd_kafka_destroy(k); }
    void operator()(rd_kafka_topic_t* t) const noexcept { rd_kafka_topic_destroy(t); }
  };
  std::unique_ptr<rd_kafka_t, destroy> kafka_;
  std::unique_ptr<rd_kafka_topic_t, destroy> topic_;
  std::int32_t partitions_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t failed_ = 0;
};

/// Wall and CPU time from construction to print(): one line of JSON on stdout.
class stopwatch {
 public:
  stopwatch();
  [[nodiscard]] double seconds() const;
  void print(const char* reference, const options& o, const producer& p) const;

 private:
  std::chrono::steady_clock::time_point start_;
  double user_start_;
  double system_start_;
};

/// True while the run is not over; looks at the clock only every 1,024 events.
class run_length {
 public:
  explicit run_length(const options& o) : events_(o.seconds > 0 ? UINT64_MAX : o.events), seconds_(o.seconds) {}
  bool goes_on(std::uint64_t produced, const stopwatch& watch) {
    if (produced >= events_) return false;
    return seconds_ == 0 || produced % 1024 != 0 || watch.seconds() < seconds_;
  }

 private:
  std::uint64_t events_;
  double seconds_;
};

}  // namespace bench::references
