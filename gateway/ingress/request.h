// A request as a listener has read it before its body, and the door's answer to it. Views into the listener's own
// bytes, valid as long as those. No protocol is named here: a dialect turns its own words into these and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "batching/ack.h"
#include "batching/ack_level.h"
#include "batching/event.h"
#include "batching/hold_back.h"
#include "batching/intake.h"
#include "gateway/auth/principal.h"
#include "gateway/auth/tenant.h"
#include "gateway/decode/decompress.h"
#include "gateway/ingress/body_reader.h"
#include "gateway/ingress/refusal.h"
#include "metrics/recorder.h"

namespace gateway::ingress {

struct request {
  auth::principal who;  // by the door's guard; without one it may do nothing where `auth` is configured
  auth::right wants = auth::right::write;
  std::string_view topic;
  std::optional<batching::ack_level> ack;          // nullopt: the topic's
  std::optional<batching::on_invalid> on_invalid;  // nullopt: the topic's
  std::optional<std::string_view> key;             // given beside the body, which must then be one event
  std::optional<std::string_view> key_pointer;     // valid RFC 6901; looked for before the topic's own
  std::span<const batching::header> headers;       // of every event
  std::optional<auth::ip_address> client;          // where it is known; for client_address_header
  std::optional<std::int64_t> timestamp_ms;        // of every event, whatever it says itself
  std::string_view signature;                      // of a webhook's body, as its sender writes it
  std::string_view event_id;                       // of the single event; on store topics
  std::string_view idempotency_key;                // on store topics events without an id get KEY:0, KEY:1, ..
  bool asked_kafka = false;                        // take_routed(): Kafka has said which topics there are
  bool wants_positions = false;
  bool is_told =
      true;  // false: nobody hears of an outcome; ack none, whatever the topic allows, and no share is overrun
  metrics::listener from = metrics::listener::http;
  batching::ack_listener* listener = nullptr;
};

/// The body behind it. decoder::padding_bytes are readable behind `bytes`.
struct body {
  std::string_view bytes;  // as sent
  decode::encoding encoding = decode::encoding::identity;
  const decode::decompressor::result* unpacked = nullptr;  // where that is done already
  body_reader* reader = nullptr;
  std::size_t decoded_bytes_max = 0;         // ignored for identity
  std::optional<std::size_t> decoded_bytes;  // exactly so many were announced
  std::uint32_t events_max = 0;
  std::uint32_t event_bytes_max = UINT32_MAX;  // below the topic's: an event above it is rejected
};

/// How much room a request needs at most, told before it is unpacked, by a listener whose client can wait.
struct announced_size {
  std::size_t events = 0;
  std::size_t bytes = 0;
  batching::clock::duration waited{};  // since it was `full` for the first time
};

enum class verdict : std::uint8_t {
  taken,          // `ack` settles, now or later; it is not sealed yet
  refused,        // as a whole: `why`
  unknown_topic,  // no such topic as far as we know: ask Kafka, then find it again
  forbidden,      // `who` has no such right on this topic, whether or not there is one
  over_quota,     // `lacks`: of the tenant's quota, and how long to wait
  full,           // no room in the budget, or none of the topic's for now; `wanted` is for door::has_room()
};

struct answer {
  verdict what = verdict::full;
  batching::ack* ack = nullptr;
  batching::ack_level level = batching::ack_level::broker;
  refusal why;
  batching::room_wanted wanted;
  auth::shortage lacks;
};

}  // namespace gateway::ingress
