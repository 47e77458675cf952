// A topic's demands on each JSON event beside its key: an envelope, a timestamp at a pointer, its type and id as Kafka
// headers; and an event's destination if its topic follows from its type. Looked up in the token index of the pass over
// the document. Made by ingress for each topic, used by event_writer.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "batching/event.h"
#include "gateway/decode/key_finder.h"
#include "gateway/decode/key_lookup.h"

namespace gateway::decode {

class walker;

struct event_rules {
  key_finder id;
  key_finder type;
  key_finder time;
  key_finder payload;
  std::optional<key_finder> timestamp;  // of the record
  bool envelope = false;                // id, type, time and payload must be there
  bool headers = false;                 // id and type become Kafka headers
  std::int64_t envelope_skew_ms = 0;    // of `time`, either way
};

/// The record's own timestamps that are taken: absolute, both included.
struct timestamp_bounds {
  std::int64_t now_ms = 0;
  std::int64_t earliest_ms = 0;
  std::int64_t latest_ms = 0;

  [[nodiscard]] bool take(std::int64_t ms) const noexcept { return ms >= earliest_ms && ms <= latest_ms; }
};
inline constexpr std::string_view timestamp_not_taken =
    "the timestamp is further from now than the topic allows (timestamp_skew_max)";

/// The destination of an event.
struct event_target {
  batching::reason why = batching::reason::none;  // not none: nowhere
  std::string_view detail;                        // beside it
  std::uint16_t destination = 0;
  const key_finder* keys = nullptr;
  const event_rules* rules = nullptr;
};

class event_router {
 public:
  [[nodiscard]] virtual const key_finder& type_finder() const = 0;
  /// Valid until the next call.
  [[nodiscard]] virtual const event_target& target_of(std::string_view type) = 0;

 protected:
  ~event_router() = default;
};

/// One event, ready to be looked into: a whole JSON value, walked or not.
class event_fields {
 public:
  /// `walk` has just walked `value`; nullptr: look into the text. `thorough`: see look_up.
  event_fields(const walker* walk, std::string_view value, bool thorough) noexcept
      : walk_(walk), value_(value), thorough_(thorough) {}

  /// Returns the value at pointer `i` of `where`.
  [[nodiscard]] looked_up at(const key_finder& where, std::size_t i = 0) const;
  [[nodiscard]] std::string_view from(const char* at) const noexcept {
    return {at, static_cast<std::size_t>(value_.data() + value_.size() - at)};
  }
  [[nodiscard]] std::string_view value() const noexcept { return value_; }

 private:
  const walker* walk_;
  std::string_view value_;
  bool thorough_;
};

/// A member that must be text.
struct text_member {
  enum class kind : std::uint8_t { absent, wrong, found } is = kind::absent;
  std::string_view text;  // found; in the event, or kept
};
[[nodiscard]] text_member text_at(const event_fields& of, const key_finder& where, batching::events& keep);

/// The timestamp alone; or `invalid` and `detail`.
void apply_timestamp(const event_rules& rules, const event_fields& of, const timestamp_bounds& bounds,
                     batching::event& e, batching::events& keep);
/// Sets headers and timestamp of `e`, or `invalid` and `detail`.
void apply(const event_rules& rules, const event_fields& of, const timestamp_bounds& bounds, batching::event& e,
           batching::events& keep);

}  // namespace gateway::decode
