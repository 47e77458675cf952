#include "batching/kafka/client/broker_terms.h"

#include "metrics/events.h"

namespace batching::kafka::client {

void broker_terms::on_connected(const wire::api_versions_answer& knows) noexcept {
  const std::int16_t common = knows.common(wire::produce_key, wire::produce_lowest, wire::produce_newest);
  produce_version_ = std::max(common, wire::produce_lowest);
  is_known_ = true;
}

void broker_terms::on_throttled(std::int32_t broker, std::int32_t ms, clock::time_point now) {
  if (ms <= 0) return;
  throttle_ = std::min(std::chrono::milliseconds(ms), throttle_max);
  throttled_until_ = std::max(throttled_until_, now + throttle_);
  shown_until_ = throttled_until_ + throttle_shown;
  metrics::happened(metrics::happening::kafka_log, "Kafka throttles this gateway: it has used up a quota; records wait",
                    {{"broker", broker}, {"ms", throttle_.count()}});
}

}  // namespace batching::kafka::client
