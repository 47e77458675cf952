#pragma once

// What a server said about one request, in the terms the streams and the report need, whatever the protocol.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/fates.h"

namespace loadgen {

enum class event_outcome : std::uint8_t {
  persisted,
  duplicate,
  rejected,
  not_persisted,
  possibly_persisted,
  blocked,
  accepted,    // answered without a promise (ack=none, 202), or sent where no answers exist
  busy,        // refused as a whole: come back later
  failed,      // the whole request was answered with an error that means nothing was taken
  unanswered,  // connection lost, timeout, or an answer that tells nothing
};
constexpr std::size_t event_outcomes = 10;

std::string_view name_of(event_outcome outcome);
std::optional<event_outcome> outcome_named(std::string_view name);
fate fate_of(event_outcome outcome);

/// Whether sending the same event again cannot make it appear twice.
bool safe_to_resend(event_outcome outcome);

struct answer {
  int status = 0;                                   // HTTP status; 0 where there is none
  event_outcome whole = event_outcome::unanswered;  // of every event not listed below
  struct exception {
    std::uint32_t index;
    event_outcome outcome;
  };
  std::vector<exception> exceptions;
  std::optional<std::chrono::milliseconds> retry_after;
  std::string complaint;      // first words of an error or of what does not add up; empty when all is well
  bool inconsistent = false;  // the answer contradicts itself (counts against items)
};

/// Reads the JSON answer to a request of `events` events. Tolerates what it does not know.
answer read_answer(int status, std::string_view body, std::uint32_t events);

}  // namespace loadgen
