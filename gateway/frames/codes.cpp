#include "gateway/frames/codes.h"

namespace gateway::frames {

using batching::outcome;
using batching::reason;

std::uint8_t wire_code(batching::ack_level level) noexcept { return level == batching::ack_level::broker ? 1 : 2; }

std::uint8_t wire_code(outcome o) noexcept {
  switch (o) {
    case outcome::persisted: return 0;
    case outcome::duplicate: return 1;
    case outcome::rejected: return 2;
    case outcome::not_persisted: return 3;
    case outcome::possibly_persisted: return 4;
    case outcome::blocked: return 5;
  }
  return 4;
}

std::uint8_t wire_code(reason r) noexcept {
  switch (r) {
    case reason::none: return 0;
    case reason::invalid_json: return 1;
    case reason::invalid_key: return 2;
    case reason::missing_key: return 3;
    case reason::event_too_large: return 4;
    case reason::key_too_large: return 5;
    case reason::empty_event: return 6;
    case reason::request_refused: return 7;
    case reason::aggregate_fenced: return 8;
    case reason::partition_full: return 9;
    case reason::kafka_refused: return 10;
    case reason::message_too_large: return 11;
    case reason::topic_gone: return 12;
    case reason::not_authorized: return 13;
    case reason::producer_failed: return 14;
    case reason::earlier_record_unknown: return 15;
    case reason::answer_timeout: return 16;
    case reason::shutting_down: return 17;
    case reason::abandoned: return 18;
    case reason::earlier_record_failed: return 19;
    case reason::cluster_refused: return 20;
    case reason::unknown_partition: return 21;
    case reason::invalid_header: return 22;
    case reason::invalid_timestamp: return 23;
    case reason::missing_timestamp: return 24;
    case reason::missing_event_id: return 25;
    case reason::invalid_event_id: return 26;
    case reason::missing_event_type: return 27;
    case reason::invalid_event_type: return 28;
    case reason::missing_payload: return 29;
    case reason::invalid_payload: return 30;
    case reason::no_route: return 31;
    case reason::unknown_topic: return 32;
    case reason::no_owner: return 33;
  }
  return 18;
}

reason reason_of(std::uint8_t code) noexcept {
  for (std::size_t i = 0; i < batching::reasons; ++i)
    if (const auto r = static_cast<reason>(i); wire_code(r) == code) return r;
  return reason::none;
}

}  // namespace gateway::frames
