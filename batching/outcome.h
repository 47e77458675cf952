// Our word on one record, and the reason behind it. Everything a client learns about an event is made of these.
#pragma once

#include <cstdint>
#include <string_view>

namespace batching {

enum class outcome : std::uint8_t {
  persisted,           // all in-sync replicas have it
  duplicate,           // it was there already
  rejected,            // the same event will never succeed
  not_persisted,       // it is not in Kafka; retry is safe
  possibly_persisted,  // nobody knows; a retry may duplicate
  blocked,             // an earlier event of the same aggregate failed, so this one was not written out of order
};
inline constexpr std::size_t outcomes = 6;

/// Why an outcome is not `persisted`. Stable: the text of `code()` is part of the interface.
enum class reason : std::uint8_t {
  none,
  invalid_json,            // rejected: the event is not one whole RFC 8259 value
  invalid_key,             // rejected: the value at the key's place is neither string nor number
  missing_key,             // rejected: the topic says require_key and there is none
  event_too_large,         // rejected: larger than the topic's or the gateway's limit
  key_too_large,           // rejected: the aggregate id is longer than key_bytes_max
  empty_event,             // rejected: an event of no bytes (it would be a tombstone)
  request_refused,         // not_persisted: on_invalid=refuse and another event of the request is invalid
  aggregate_fenced,        // blocked: on_invalid=fence and an earlier event of this aggregate is invalid
  partition_full,          // not_persisted: the partition or topic holds its share of the budget
  kafka_refused,           // rejected: Kafka refused the record for good
  message_too_large,       // rejected: larger than the broker accepts
  topic_gone,              // not_persisted: the topic was deleted while the record waited
  not_authorized,          // not_persisted: Kafka does not let us write to this topic
  producer_failed,         // not_persisted / possibly_persisted: the producer was lost and rebuilt
  earlier_record_unknown,  // blocked: an earlier record of this aggregate has an unknown fate
  answer_timeout,  // not settled within timeout_ms. not_persisted: it was taken back; possibly_persisted: still on its
                   // way
  shutting_down,   // not_persisted / possibly_persisted: the drain ended first
  abandoned,       // possibly_persisted: dropped unsettled; a defect of ours, counted and logged
  earlier_record_failed,  // blocked: an earlier record of this aggregate was not written
  cluster_refused,        // not_persisted: the cluster, as it is set up, takes no such batch (codec, version, clock)
  unknown_partition,      // rejected: the event names a partition that the topic has not
  invalid_header,         // rejected: a record header has an impossible name, or there are too many
  invalid_timestamp,      // rejected: the event's timestamp cannot be read, or is outside the allowed skew
  missing_timestamp,      // rejected: the envelope has no timestamp
  missing_event_id,       // rejected: the envelope has no event id
  invalid_event_id,       // rejected: the envelope's event id is no text
  missing_event_type,     // rejected: the envelope has no event type
  invalid_event_type,     // rejected: the envelope's event type is no text
  missing_payload,        // rejected: the envelope has no payload
  invalid_payload,        // rejected: the envelope's payload is of the wrong kind
  no_route,               // rejected: no route takes the event's type
  unknown_topic,          // rejected: the route leads to a topic that Kafka does not have
  no_owner,               // not_persisted: of a store topic, and this instance does not own the partition right now
};
inline constexpr std::size_t reasons = 34;

[[nodiscard]] std::string_view name(outcome) noexcept;
[[nodiscard]] std::string_view code(reason) noexcept;

}  // namespace batching
