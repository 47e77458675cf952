// A topic's demands on JSON events (envelope, timestamp_pointer, event_headers), made of a record that a dialect has
// read: the body's decoder has not seen its value as an event. Pure; called by the dialects' readers.
#pragma once

#include "batching/event.h"
#include "gateway/decode/decoder.h"

namespace gateway::api {

/// `is_json`: the value is valid JSON. A timestamp that `e` has already stays.
void apply_rules(const decode::decode_options& how, bool is_json, batching::event& e, batching::events& keep);

}  // namespace gateway::api
