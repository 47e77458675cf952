// The keys and values of the index. Keys of one aggregate's events are neighbours, in the order of their versions:
//
//   'e' topic 0 partition:4 | length:2 aggregate version:8  ->  offset timestamp id_length id value
//   'h' topic 0 partition:4 | aggregate                     ->  version, hashes of the last ids
//   'o' topic 0 partition:4                                 ->  applied offset, note
//
// Numbers in keys are big-endian, so that they sort. Used by index.cpp only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/partition_index.h"

namespace store {

struct index_keys {
  std::string events;  // what the keys of one partition begin with
  std::string heads;
  std::string position;
};

[[nodiscard]] index_keys keys_of(std::string_view topic, std::int32_t partition);

[[nodiscard]] std::string events_key(const index_keys& of, std::string_view aggregate);
void append_version(std::string& key, std::uint64_t version);
[[nodiscard]] std::uint64_t version_in(std::string_view key) noexcept;

void encode_event(const stored_event& e, std::string& to);
/// nullopt: not what encode_event() writes.
[[nodiscard]] std::optional<stored_event> decode_event(std::uint64_t version, std::string_view bytes) noexcept;
void encode_head(const aggregate_head& head, std::string& to);
[[nodiscard]] std::optional<aggregate_head> decode_head(std::string_view bytes) noexcept;
[[nodiscard]] std::string encode_position(const log_position& at);
[[nodiscard]] std::optional<log_position> decode_position(std::string_view bytes);

/// The smallest text behind all that begin with `prefix`, which does not end in 0xff.
[[nodiscard]] std::string end_of(std::string_view prefix);

}  // namespace store
