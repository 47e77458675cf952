// A client's events, decoded: views into the request's body, valid during one call. A decoder fills `events`; the
// intake turns the valid ones into records. An invalid event keeps its place, so indexes are the client's own.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batching/outcome.h"
#include "batching/record.h"

namespace batching {

struct event {
  std::string_view value;
  std::string_view key;
  std::string_view detail;  // beside `invalid`: what to change, for people; kept by events::keep or static
  std::span<const header> shared_headers;    // of its request; in Kafka's record they come first
  std::span<const header> headers;           // its own
  std::int64_t timestamp_ms = no_timestamp;  // since 1970, not negative
  std::int32_t partition = -1;               // not negative: it goes there, whatever its key says
  std::uint16_t destination = 0;             // where a request has several topics: which of them
  bool has_key = false;                      // an empty key is a key
  bool is_tombstone = false;                 // no value; `value` is empty
  bool may_be_empty = false;                 // an empty value is meant so
  reason invalid = reason::none;             // not none: the event is rejected and why

  /// Neither headers nor a timestamp nor a tombstone. One test for what nearly all events are.
  [[nodiscard]] bool is_plain() const noexcept {
    return (header_count() | static_cast<std::uint64_t>(timestamp_ms + 1) | static_cast<std::uint64_t>(is_tombstone)) ==
           0;
  }
  [[nodiscard]] std::size_t header_count() const noexcept { return shared_headers.size() + headers.size(); }
  /// In Kafka's order.
  template <typename Each>
  void for_each_header(Each each) const {
    for (const header& h : shared_headers) each(h);
    for (const header& h : headers) each(h);
  }
};

/// Of an event that goes nowhere: no topic takes it.
inline constexpr std::uint16_t no_destination = UINT16_MAX;

/// The events of one request, in the client's order. Reused from request to request: clear() keeps the memory.
class events {
 public:
  void clear() {
    list_.clear();
    texts_.clear();
    kept_bytes_ = 0;
    headers_kept_ = 0;
    if (header_chunks_.size() > 1) header_chunks_.resize(1);
  }
  event& add() { return list_.emplace_back(); }
  [[nodiscard]] std::size_t size() const noexcept { return list_.size(); }
  [[nodiscard]] event& operator[](std::size_t i) noexcept { return list_[i]; }
  [[nodiscard]] const event& operator[](std::size_t i) const noexcept { return list_[i]; }
  [[nodiscard]] auto begin() const noexcept { return list_.begin(); }
  [[nodiscard]] auto end() const noexcept { return list_.end(); }

  /// Keeps a text that is not in the body (an unescaped key, a detail) as long as the events.
  std::string_view keep(std::string text) {
    kept_bytes_ += text.size();
    return texts_.emplace_back(std::move(text));
  }
  /// Of such texts. A detail beyond details_bytes_max need not be made: its event is explained by its reason.
  [[nodiscard]] std::size_t kept_bytes() const noexcept { return kept_bytes_; }
  static constexpr std::size_t details_bytes_max = 64 * 1024;

  /// Keeps `first` and `more`, one behind the other, as long as the events. Their texts are not copied.
  std::span<const header> keep(std::span<const header> first, std::span<const header> more);

 private:
  static constexpr std::size_t chunk_headers = 512;
  struct header_chunk {
    std::unique_ptr<header[]> headers;
    std::size_t size = 0;
  };

  std::vector<header_chunk> header_chunks_;  // those before the last are full
  std::size_t headers_kept_ = 0;             // in the last one
  std::vector<event> list_;
  std::deque<std::string> texts_;
  std::size_t kept_bytes_ = 0;
};

}  // namespace batching
