#pragma once

// The outcome of one event as its answer names it, and the fate that this outcome lets us expect in Kafka. Used by
// everything that reads, counts or judges answers.

#include <cstdint>
#include <optional>
#include <string_view>

#include "loadgen/answers/fates.h"

namespace loadgen::answers {

enum class event_outcome : std::uint8_t {
  persisted,
  duplicate,
  rejected,
  not_persisted,
  possibly_persisted,
  blocked,
  accepted,    // answered without a promise (ack=none, 202), or sent over a protocol without answers
  busy,        // the whole request was refused for now (429, 503)
  failed,      // the whole request was refused with an error, and nothing was taken
  unanswered,  // connection lost, timeout, or an answer that tells nothing
};
constexpr std::size_t event_outcomes = 10;

std::string_view name_of(event_outcome outcome);
std::optional<event_outcome> outcome_named(std::string_view name);
fate fate_of(event_outcome outcome);

/// Whether sending the same event again cannot make it appear twice.
bool safe_to_resend(event_outcome outcome);

}  // namespace loadgen::answers
