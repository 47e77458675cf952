#include "gateway/runtime/readiness.h"

#include <algorithm>
#include <cmath>

namespace gateway::runtime {
namespace {

constexpr double newest_weight = 0.2;  // of the moving average: about the last second counts

}  // namespace

void readiness::update(const seen& now_seen, batching::clock::time_point now) noexcept {
  kafka_away_ms_.store(now_seen.kafka_away.count(), std::memory_order_relaxed);
  topics_known_.store(now_seen.topics_known, std::memory_order_relaxed);
  unreached_percent_.store(now_seen.unreached_percent, std::memory_order_relaxed);
  topic_full_.store(now_seen.topic_full, std::memory_order_relaxed);
  const std::int64_t released = budget_->released_bytes();
  const double seconds = std::chrono::duration<double>(now - updated_at_).count();
  if (updated_at_ != batching::clock::time_point{} && seconds > 0) {
    const double rate = static_cast<double>(released - released_before_) / seconds;
    const double before = drain_bytes_per_second_.load(std::memory_order_relaxed);
    drain_bytes_per_second_.store(before + newest_weight * (rate - before), std::memory_order_relaxed);
  }
  released_before_ = released;
  updated_at_ = now;
}

std::string readiness::not_ready_reason() const {
  if (draining()) return "draining: this gateway is shutting down";
  const std::int64_t away = kafka_away_ms_.load(std::memory_order_relaxed);
  if (!topics_known_.load(std::memory_order_relaxed)) return "Kafka has not told its topics yet";
  if (away > kafka_away_max_.count()) return "Kafka has been away for " + std::to_string(away / 1000) + " s";
  if (const int unreached = unreached_percent_.load(std::memory_order_relaxed); unreached > unreached_percent_max_)
    return "the leaders of " + std::to_string(unreached) +
           " % of Kafka's partitions cannot be reached: see kafka_log " +
           "and kafka_refused in the log, or run headgate check";
  if (away > 0 && topic_full_.load(std::memory_order_relaxed))
    return "Kafka does not answer and a topic holds its share of the in-flight budget";
  if (budget_->paused()) return "the in-flight budget is used up";
  return {};
}

int readiness::retry_after_seconds() const noexcept {
  // Kafka is asked for the first time: the answer is a matter of a moment, or of much longer.
  if (!topics_known_.load(std::memory_order_relaxed) && !draining() &&
      kafka_away_ms_.load(std::memory_order_relaxed) < starting_max.count())
    return 1;
  const double rate = drain_bytes_per_second_.load(std::memory_order_relaxed);
  const auto above = static_cast<double>(budget_->bytes() - budget_->low_bytes());
  if (above <= 0 && !draining() && kafka_away_ms_.load(std::memory_order_relaxed) == 0) return 1;
  if (rate < 1) return retry_after_seconds_max / 2;
  return static_cast<int>(std::clamp(std::ceil(above / rate), 1.0, static_cast<double>(retry_after_seconds_max)));
}

}  // namespace gateway::runtime
