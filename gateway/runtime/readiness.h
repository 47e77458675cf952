// Tells if an event posted now would be taken, or when to come back. Updated on the admin lane every `interval`,
// read by all lanes on every request: atomics only.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "batching/batch.h"
#include "batching/in_flight.h"

namespace gateway::runtime {

class readiness {
 public:
  static constexpr std::chrono::milliseconds interval{200};
  static constexpr int retry_after_seconds_max = 60;
  static constexpr std::chrono::milliseconds starting_max{3'000};  // until Kafka has told its topics, if it is there

  /// `unreached_percent_max`: of partitions; where the leaders of more cannot be reached, the gateway is not ready.
  readiness(const batching::in_flight& budget, std::chrono::milliseconds kafka_away_max,
            int unreached_percent_max = 50) noexcept
      : budget_(&budget), kafka_away_max_(kafka_away_max), unreached_percent_max_(unreached_percent_max) {}

  struct seen {
    std::chrono::milliseconds kafka_away{0};  // 0: it is there
    bool topics_known = false;
    bool topic_full = false;    // some topic holds its share of the budget
    int unreached_percent = 0;  // of partitions: their leaders cannot be reached
  };
  /// Takes the admin lane's view.
  void update(const seen& now_seen, batching::clock::time_point now) noexcept;
  void start_drain() noexcept { draining_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool draining() const noexcept { return draining_.load(std::memory_order_relaxed); }

  /// Any thread; empty: ready.
  [[nodiscard]] std::string not_ready_reason() const;
  /// Any thread; 1 .. retry_after_seconds_max: how long the budget takes to fall to its low level at the measured rate.
  [[nodiscard]] int retry_after_seconds() const noexcept;

 private:
  const batching::in_flight* budget_;
  std::chrono::milliseconds kafka_away_max_;
  int unreached_percent_max_;
  std::atomic<bool> draining_{false};
  std::atomic<bool> topics_known_{false};
  std::atomic<bool> topic_full_{false};
  std::atomic<std::int64_t> kafka_away_ms_{0};
  std::atomic<int> unreached_percent_{0};
  std::atomic<double> drain_bytes_per_second_{0};
  std::int64_t released_before_ = 0;
  batching::clock::time_point updated_at_{};
};

}  // namespace gateway::runtime
