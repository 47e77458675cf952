// The one table from what became of a request's events to its HTTP status, and to whether sending it again can help.
// Pure: append_answer (answer.h) writes the body, the router writes status and Retry-After. docs/http.md shows the
// table.
#pragma once

#include <cstdint>

#include "batching/ack.h"
#include "gateway/config/settings.h"

namespace gateway::api::v1 {

struct answer_how {
  config::ack_level ack = config::ack_level::broker;
  config::partial_status partial = config::partial_status::multi_status;
  bool each = false;       // results=each
  bool by_topic = false;   // the events may have gone to several topics
  bool timed_out = false;  // events still open count as possibly_persisted, answer_timeout
};

/// A request's events, counted by what the status depends on. Each event is in exactly one of the numbers.
struct tally {
  std::uint32_t stored = 0;     // persisted or duplicate
  std::uint32_t accepted = 0;   // ack=none: taken without waiting for an outcome
  std::uint32_t rejected = 0;   // the event will never succeed
  std::uint32_t hopeless = 0;   // not written because of a rejected one of this request: the same request fails again
  std::uint32_t retriable = 0;  // not written, and the same request may succeed later
  std::uint32_t unknown = 0;    // may or may not be written
  bool is_open = false;         // some of `unknown` are not settled: timeout_ms is over
};

[[nodiscard]] tally tally_of(batching::ack& settled, const answer_how& how);

/// 200, 202, 207, 422, 503 or 504. 2xx only where at least one event is stored or accepted.
[[nodiscard]] int status_of(const tally& t, config::partial_status partial) noexcept;

/// The answer has Retry-After: the same request, sent again, may get events stored that are not.
[[nodiscard]] constexpr bool retry_can_help(const tally& t) noexcept { return t.retriable + t.unknown > 0; }

}  // namespace gateway::api::v1
