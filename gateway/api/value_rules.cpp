#include "gateway/api/value_rules.h"

#include <cstdint>

#include "gateway/decode/event_rules.h"

namespace gateway::api {

void apply_rules(const decode::decode_options& how, bool is_json, batching::event& e, batching::events& keep) {
  if (how.rules == nullptr || e.invalid != batching::reason::none || e.is_tombstone) return;
  if (!is_json && !how.rules->envelope) return;
  if (!is_json) {
    e.invalid = batching::reason::invalid_json;
    e.detail = "the topic takes events in an envelope, which is JSON";
    return;
  }
  const std::int64_t own = e.timestamp_ms;
  decode::apply(*how.rules, decode::event_fields(nullptr, e.value, true), how.bounds, e, keep);
  if (own != batching::no_timestamp) e.timestamp_ms = own;
}

}  // namespace gateway::api
