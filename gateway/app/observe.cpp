// Adds the process's parts up into one snapshot for a scrape. On the admin lane; the other lanes are not held up.
#include "batching/outcome.h"
#include "gateway/app/application.h"
#include "gateway/app/build_info.h"
#include "gateway/app/tenants_seen.h"
#include "metrics/collect.h"
#include "metrics/process.h"

namespace gateway::app {

metrics::snapshot application::observe() const {
  metrics::snapshot s;
  for (std::size_t i = 0; i < batching::outcomes; ++i) s.outcome_names[i] = name(static_cast<batching::outcome>(i));
  for (std::size_t i = 1; i < batching::reasons; ++i) s.reason_names[i] = code(static_cast<batching::reason>(i));
  s.not_ready_reason = not_ready_reason();
  s.draining = readiness_.draining();
  s.lanes = static_cast<std::uint32_t>(lanes_.size());
  s.connections_limit = settings_->limits.connections_max;
  s.by_listener[static_cast<std::size_t>(metrics::listener::http)].on = http_ != nullptr;
  s.by_listener[static_cast<std::size_t>(metrics::listener::tcp)].on = tcp_ != nullptr;
  s.by_listener[static_cast<std::size_t>(metrics::listener::lines)].on = lines_ != nullptr;
  tls_of_listeners_.add_to(s);
  add_topics(s);
  for (const auto& l : lanes_) metrics::add_lane(s, l->recorder());
  metrics::add_admin_lane(s, admin_.recorder());
  s.in_flight.bytes = budget_.bytes();
  s.in_flight.limit_bytes = budget_.limit_bytes();
  s.in_flight.high_bytes = budget_.high_bytes();
  s.in_flight.low_bytes = budget_.low_bytes();
  s.in_flight.paused = budget_.paused();
  statistics_.fill(s);
  const auto health = publisher_.health();
  s.kafka.publisher = settings_->kafka.is_direct ? "direct" : "librdkafka";
  if (!settings_->kafka.is_direct) s.kafka.publisher_property = settings_->kafka.librdkafka_for;
  s.kafka.up = health.reachable;
  s.kafka.away_seconds = health.reachable ? 0 : std::chrono::duration<double>(health.away).count();
  s.kafka.producer_rebuilds = health.rebuilds;
  add_direct(s);
  if (authority_) add_tenants(s, *authority_);
  store_.fill(s);
  if (lag_) s.consumer_lag = lag_->state();
  s.build = {std::string(build_info::version), std::string(build_info::commit), build_info::librdkafka(),
             std::string(build_info::compiler)};
  s.process = metrics::read_process();
  metrics::finish(s);
  return s;
}

void application::add_topics(metrics::snapshot& into) const {
  const std::lock_guard lock(topics_mutex_);
  if (!topics_) return;
  for (const auto& [topic_name, entry] : topics_->topics()) {
    metrics::topic_row row;
    row.topic = topic_name;
    row.id = entry.shared->id();
    row.partitions = entry.partitions;
    row.in_flight_bytes = entry.shared->in_flight_bytes();
    into.topics.push_back(std::move(row));
  }
}

}  // namespace gateway::app
