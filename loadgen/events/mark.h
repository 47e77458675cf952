#pragma once

// The mark every event carries: which run, stream and place it came from, and the checksum of its own bytes.
// It is the event's id, 47 characters of hexadecimal fields:
//
//   RRRRRRRR-SSSS-NNNNNNNN-AAAAAAA-QQQQQQQ-CCCCCCCC
//   run      stream  number aggregate sequence checksum (over the event with this field as eight '0')
//
// Written by source and load/feed.h, read back by the verifier.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace loadgen::events {

struct mark {
  std::uint32_t run = 0;
  std::uint32_t stream = 0;     // the connection that sent it
  std::uint32_t number = 0;     // position in the stream, from 0
  std::uint32_t aggregate = 0;  // global number of the aggregate, from 0
  std::uint32_t sequence = 0;   // position within the aggregate, from 1
  std::uint32_t sum = 0;

  static constexpr std::size_t size = 47;
  static constexpr std::size_t stream_at = 9;
  static constexpr std::size_t number_at = 14;
  static constexpr std::size_t aggregate_at = 23;
  static constexpr std::size_t sequence_at = 31;
  static constexpr std::size_t sum_at = 39;
  static constexpr std::uint32_t streams_max = 1U << 16;
  static constexpr std::uint32_t aggregates_max = 1U << 28;
};

void write_hex4(char* at, std::uint32_t value);
void write_hex7(char* at, std::uint32_t value);
void write_hex8(char* at, std::uint32_t value);

/// A number of exactly these hexadecimal digits (lower case), nothing else.
std::optional<std::uint32_t> read_hex(std::string_view digits);

std::string to_string(const mark& value);

struct found_mark {
  mark value;
  std::size_t at;  // where in the event it stands
};

/// The first mark of this run in an event; `hint` is where the last one stood (most events of a run agree).
std::optional<found_mark> find_mark(std::string_view event, std::string_view run_text, std::size_t hint);

/// The checksum an event should carry: over its bytes with the checksum's own digits as '0'. Uses `scratch`.
std::uint32_t checksum_without_sum(std::string_view event, std::size_t mark_at, std::string& scratch);

}  // namespace loadgen::events
