#pragma once

// `--replay FILE`: the user's own events, NDJSON, sent again at their own timestamps times a factor. Each gets a mark
// as its first member, so it can be verified like any other; its other bytes stay as they are. The whole file is kept
// in memory.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen::events {

struct replay_event {
  std::uint64_t offset;  // of its line in the text
  std::uint32_t size;
  std::uint32_t aggregate;       // by first appearance
  std::chrono::nanoseconds due;  // since the first event, already divided by the speed
};

class replay_file {
 public:
  static constexpr std::string_view mark_member = R"({"loadgenId":")";

  /// `key`: JSON pointer to the aggregate id, as the server finds it. `speed`: 2 = twice as fast; 0 = no times at all.
  /// Throws content_error that names the line.
  static replay_file parse(std::string text, const std::string& key, double speed);

  const std::vector<replay_event>& events() const { return events_; }
  std::uint32_t aggregates() const { return aggregates_; }
  std::string_view text_of(const replay_event& event) const { return {text_.data() + event.offset, event.size}; }
  std::size_t largest() const;  // of an event with its mark

  /// The line with its mark in front, at `at`; `mark_text` has 47 characters. Returns its size.
  std::size_t write(const replay_event& event, char* at, std::string_view mark_text) const;

 private:
  std::string text_;
  std::vector<replay_event> events_;
  std::uint32_t aggregates_ = 0;
};

/// An ISO 8601 time ("2026-11-21T10:00:00.123Z", "+01:00") or an epoch in seconds, milli-, micro- or nanoseconds.
/// False when it is none.
bool parse_time(std::string_view text, std::chrono::nanoseconds& into);

}  // namespace loadgen::events
