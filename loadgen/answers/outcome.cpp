#include "loadgen/answers/outcome.h"

#include <array>

namespace loadgen::answers {

namespace {

constexpr std::array<std::string_view, event_outcomes> names{
    "persisted", "duplicate", "rejected", "not_persisted", "possibly_persisted",
    "blocked",   "accepted",  "busy",     "failed",        "unanswered"};

}  // namespace

std::string_view name_of(event_outcome outcome) { return names[static_cast<std::size_t>(outcome)]; }

std::optional<event_outcome> outcome_named(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<event_outcome>(i);
  }
  return std::nullopt;
}

fate fate_of(event_outcome outcome) {
  switch (outcome) {
    case event_outcome::persisted:
    case event_outcome::duplicate: return fate::acked;
    case event_outcome::rejected:
    case event_outcome::not_persisted:
    case event_outcome::blocked:
    case event_outcome::busy:
    case event_outcome::failed: return fate::refused;
    case event_outcome::possibly_persisted:
    case event_outcome::accepted:
    case event_outcome::unanswered: break;
  }
  return fate::unknown;
}

bool safe_to_resend(event_outcome outcome) {
  return outcome == event_outcome::not_persisted || outcome == event_outcome::blocked || outcome == event_outcome::busy;
}

}  // namespace loadgen::answers
