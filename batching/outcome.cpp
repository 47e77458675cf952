#include "batching/outcome.h"

#include <array>
#include <cassert>

namespace batching {

std::string_view name(outcome o) noexcept {
  static constexpr std::array<std::string_view, outcomes> names = {"persisted",     "duplicate",          "rejected",
                                                                   "not_persisted", "possibly_persisted", "blocked"};
  return names[static_cast<std::size_t>(o)];
}

std::string_view code(reason r) noexcept {
  static constexpr std::array<std::string_view, reasons> codes = {"none",
                                                                  "invalid_json",
                                                                  "invalid_key",
                                                                  "missing_key",
                                                                  "event_too_large",
                                                                  "key_too_large",
                                                                  "empty_event",
                                                                  "request_refused",
                                                                  "aggregate_fenced",
                                                                  "partition_full",
                                                                  "kafka_refused",
                                                                  "message_too_large",
                                                                  "topic_gone",
                                                                  "not_authorized",
                                                                  "producer_failed",
                                                                  "earlier_record_unknown",
                                                                  "answer_timeout",
                                                                  "shutting_down",
                                                                  "abandoned",
                                                                  "earlier_record_failed",
                                                                  "cluster_refused",
                                                                  "unknown_partition",
                                                                  "invalid_header",
                                                                  "invalid_timestamp",
                                                                  "missing_timestamp",
                                                                  "missing_event_id",
                                                                  "invalid_event_id",
                                                                  "missing_event_type",
                                                                  "invalid_event_type",
                                                                  "missing_payload",
                                                                  "invalid_payload",
                                                                  "no_route",
                                                                  "unknown_topic",
                                                                  "no_owner"};
  return codes[static_cast<std::size_t>(r)];
}

}  // namespace batching
