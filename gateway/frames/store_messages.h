// The event store's frames of version 2, both directions: what clients send (APPEND, READ) and what the gateway answers
// (APPENDED, EVENTS). Layouts: docs/protocol.md. Pure; views point into the payload. Used by the session and, as a
// client, by gateway/peers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batching/record.h"
#include "gateway/frames/messages.h"
#include "gateway/frames/protocol.h"
#include "store/append.h"

namespace gateway::frames {

inline constexpr std::uint32_t appends_per_frame_max = 50'000;
inline constexpr std::size_t appended_result_bytes = 48;
inline constexpr std::size_t appended_bytes_max = 1400;  // of an APPENDED frame without results

/// An APPEND frame but for its appends.
struct append_request {
  std::uint64_t request = 0;
  std::uint32_t timeout_ms = 0;  // 0: the gateway's default
  bool stays_here = false;       // not to be passed on to another instance
  std::uint32_t appends = 0;
  std::string_view topic;
  std::string_view block;
};

/// The events of one aggregate, in APPEND. Views into the frame and into append_reader.
struct append_unit {
  std::string_view aggregate;
  std::optional<std::uint64_t> expected_version;  // nullopt: any
  std::uint32_t events = 0;
};

[[nodiscard]] fault read_append(std::string_view payload, append_request& out);

/// Goes through an APPEND frame's appends, one after the other: next() for each, then next_event() for each of its
/// events. Checks every length; whatever is left at the end is a fault too (finish()).
class append_reader {
 public:
  explicit append_reader(std::string_view block) noexcept : rest_(block) {}

  [[nodiscard]] fault next(append_unit& out);
  /// The event's headers are valid until the next call.
  [[nodiscard]] fault next_event(::store::event& out);
  [[nodiscard]] fault finish() const;

 private:
  [[nodiscard]] bool take(std::size_t bytes, std::string_view& out) noexcept;

  std::string_view rest_;
  std::uint32_t headers_seen_ = 0;
  std::vector<batching::header> headers_;  // of the event at hand
};

struct read_request {
  std::uint64_t request = 0;
  std::uint64_t from = 0;   // a version; 0: the first one, or the last when backward
  std::uint64_t limit = 0;  // events; 0: only the aggregate's version
  std::uint64_t at_least = 0;
  std::uint64_t up_to = 0;  // later versions are not seen; 0: all are
  std::int64_t token_offset = -1;
  std::uint32_t wait_ms = 0;
  std::uint32_t bytes_max = 0;  // of the events in one answer, about; 0: the gateway's
  bool backward = false;
  bool fresh = false;
  bool stays_here = false;
  std::string_view topic;
  std::string_view aggregate;
};
[[nodiscard]] fault read_read(std::string_view payload, read_request& out);

/// APPENDED. `results` one an append, where the status is `done`; `text` says what is wrong, where it is not.
struct appended_frame {
  std::uint64_t request = 0;
  store_status status = store_status::done;
  std::string_view text;
  std::string_view owner;  // the instance that answered; empty: not known
};
struct append_result {
  std::int32_t partition = -1;
  ::store::append_answer what;
};
void write_appended(std::string& out, const appended_frame& head, std::span<const append_result> results);

/// EVENTS but for its events, which add_event() writes between begin and end.
struct events_frame {
  std::uint64_t request = 0;
  std::uint64_t version = 0;  // of the aggregate
  store_status status = store_status::done;
  bool has_more = false;  // than are in this frame, of what was asked for
  std::int32_t partition = -1;
  std::string_view text;
  std::string_view owner;
};
struct sent_event {
  std::uint64_t version = 0;
  std::int64_t offset = -1;
  std::int64_t timestamp_ms = 0;
  std::string_view value;
};
void write_events(std::string& out, const events_frame& head, std::uint32_t count, std::string_view events);
/// Appends one event as EVENTS has it.
void append_sent_event(std::string& to, const sent_event& e);
inline constexpr std::size_t sent_event_fixed_bytes = 28;
inline constexpr std::size_t events_fixed_bytes = 36;

/// Numbers on the wire.
[[nodiscard]] std::uint8_t wire_code(::store::append_fate) noexcept;
[[nodiscard]] std::optional<::store::append_fate> fate_of(std::uint8_t code) noexcept;

}  // namespace gateway::frames
