// A record: an event that knows its topic, its key and whom to answer. It lives inside a batch, which owns its bytes.
#pragma once

#include <cstdint>
#include <string_view>

namespace batching {

class ack;
class batch;

struct record {
  const char* key = nullptr;    // nullptr: no key
  const char* value = nullptr;  // nullptr: a tombstone, which an empty value is not
  std::uint32_t key_bytes = 0;
  std::uint32_t value_bytes = 0;
  batch* in = nullptr;       // where it lives: the publisher knows a record by its address alone
  ack* answer_to = nullptr;  // nullptr: nobody waits (ack=none, or the answer was given already)
  std::uint32_t index = 0;   // position of the event in its request
  std::uint32_t extras = 0;  // 1 + index into the batch's extras (headers, a time of its own); 0 = none

  [[nodiscard]] std::string_view key_view() const noexcept { return {key, key_bytes}; }
  [[nodiscard]] std::string_view value_view() const noexcept { return {value, value_bytes}; }
};

/// One Kafka record header. Views; whoever keeps them copies them.
struct header {
  std::string_view name;
  std::string_view value;
  bool is_null = false;  // no value, which an empty one is not
};

/// An event that brings no timestamp of its own has the time of its admission.
inline constexpr std::int64_t no_timestamp = -1;

}  // namespace batching
