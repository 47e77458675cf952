// An append: events of one aggregate that are written all or none, and what became of it. Views; whoever asks keeps the
// bytes until its listener is told. Used on the thread of the partition's lane only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "batching/outcome.h"
#include "batching/record.h"

namespace store {

/// Headers of every event's record in Kafka, beside those that came with it.
inline constexpr std::string_view version_header = "aggregate-version";  // decimal text
inline constexpr std::string_view event_id_header = "event-id";          // where the event has an id

/// An event's own id in its JSON text, and how long ids from clients may be.
inline constexpr const char* event_id_pointer = "/eventId";
inline constexpr std::size_t event_id_bytes_max = 256;
inline constexpr std::size_t idempotency_key_bytes_max =
    200;  // an id made of it has `:` and the event's number behind it

struct event {
  std::string_view value;
  std::string_view id;  // empty: none, so that a retry cannot be told from another event
  std::span<const batching::header> headers;
};

enum class append_fate : std::uint8_t {
  appended,   // all in-sync replicas have it
  duplicate,  // its events were there already, as the versions it would have made
  conflict,   // the aggregate is at another version; nothing was written
  too_large,  // more than one record batch holds; nothing was written, and never will be
  blocked,    // an append it was built on was refused; nothing was written
  refused,    // Kafka refused it for good; nothing was written
  no_owner,   // this process does not own the partition, or no longer; nothing was written
  unknown,    // ownership was lost while it was under way; the same append again finds out
};
inline constexpr std::size_t append_fates = 8;
[[nodiscard]] std::string_view name(append_fate) noexcept;

struct append_answer {
  append_fate fate = append_fate::no_owner;
  batching::reason why = batching::reason::none;  // beside `refused`
  std::uint64_t first_version = 0;                // of its events; appended, duplicate
  std::uint64_t version = 0;                      // of its last event; beside a conflict: the aggregate's
  std::int64_t first_offset = -1;
  std::int64_t last_offset = -1;
  std::uint64_t limit = 0;          // beside too_large: what is too much
  bool is_limit_of_events = false;  // else of bytes
};

struct append;

/// Receives the result of an append.
class append_listener {
 public:
  /// Once an append; on the partition's lane. Must not throw, and must not call back into the appender.
  virtual void on_appended(const append& what, const append_answer& result) noexcept = 0;

 protected:
  ~append_listener() = default;
};

struct append {
  std::string_view aggregate;
  std::optional<std::uint64_t> expected_version;  // nullopt: any
  std::span<const event> events;                  // at least one
  append_listener* listener = nullptr;
  std::uint64_t tag = 0;  // the listener's own
};

}  // namespace store
