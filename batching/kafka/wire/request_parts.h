// The parts of every request and response: the head, texts, and lengths that are not believed before they are
// checked. Used by the requests of this folder. Flexible versions have lengths as varints, one more than they are, and
// tagged fields behind each structure.
#pragma once

#include <cstdint>
#include <string_view>

#include "batching/kafka/wire/big_endian.h"
#include "batching/kafka/wire/buffer.h"
#include "batching/kafka/wire/protocol.h"

namespace batching::kafka::wire {

template <typename Number>
void put(buffer& to, Number value) {
  store(to.extend(sizeof value), value);
}

inline void put_text(buffer& to, std::string_view text) {
  put(to, static_cast<std::int16_t>(text.size()));
  to.append(text);
}

/// Returns where the request begins, for store_length().
[[nodiscard]] inline std::size_t begin_request(buffer& to, std::int16_t api, std::int16_t version,
                                               std::int32_t correlation, std::string_view client_id) {
  const std::size_t begin = to.size();
  to.extend(length_bytes);
  put(to, api);
  put(to, version);
  put(to, correlation);
  put_text(to, client_id);
  return begin;
}

/// Of what lies behind `at`, into the four bytes there.
inline void store_length(buffer& of, std::size_t at) {
  store(of.data() + at, static_cast<std::int32_t>(of.size() - at - length_bytes));
}

/// False: there is not so much. A negative length (null) is empty.
[[nodiscard]] inline bool take_bytes(std::string_view& from, std::int64_t size, std::string_view& to) noexcept {
  if (size < 0) size = 0;
  if (from.size() < static_cast<std::size_t>(size)) return false;
  to = from.substr(0, static_cast<std::size_t>(size));
  from.remove_prefix(to.size());
  return true;
}

[[nodiscard]] inline bool take_text(std::string_view& from, std::string_view& to) noexcept {
  std::int16_t size = 0;
  return take(from, size) && take_bytes(from, size, to);
}

template <typename Number>
[[nodiscard]] bool skip(std::string_view& from) noexcept {
  Number ignored{};
  return take(from, ignored);
}

inline void put_varint(buffer& to, std::uint32_t value) {
  for (; value >= 0x80; value >>= 7) put(to, static_cast<std::uint8_t>(value | 0x80));
  put(to, static_cast<std::uint8_t>(value));
}

inline void put_compact_text(buffer& to, std::string_view text) {
  put_varint(to, static_cast<std::uint32_t>(text.size() + 1));
  to.append(text);
}

inline void put_no_tags(buffer& to) { put(to, std::uint8_t{0}); }

[[nodiscard]] inline bool take_varint(std::string_view& from, std::uint32_t& value) noexcept {
  value = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    std::uint8_t byte = 0;
    if (!take(from, byte)) return false;
    value |= static_cast<std::uint32_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

/// null is empty.
[[nodiscard]] inline bool take_compact_text(std::string_view& from, std::string_view& to) noexcept {
  std::uint32_t plus_one = 0;
  return take_varint(from, plus_one) && take_bytes(from, std::int64_t{plus_one} - 1, to);
}

/// null is 0 elements.
[[nodiscard]] inline bool take_compact_count(std::string_view& from, std::int32_t& count) noexcept {
  std::uint32_t plus_one = 0;
  if (!take_varint(from, plus_one) || plus_one > INT32_MAX) return false;
  count = plus_one == 0 ? 0 : static_cast<std::int32_t>(plus_one - 1);
  return true;
}

/// Calls `each` with the number and the bytes of every tagged field.
template <typename Each>
[[nodiscard]] bool take_tags(std::string_view& from, Each each) noexcept {
  std::uint32_t tags = 0;
  if (!take_varint(from, tags)) return false;
  for (; tags > 0; --tags) {
    std::uint32_t number = 0;
    std::uint32_t size = 0;
    std::string_view bytes;
    if (!take_varint(from, number) || !take_varint(from, size) || !take_bytes(from, size, bytes)) return false;
    each(number, bytes);
  }
  return true;
}

[[nodiscard]] inline bool skip_tags(std::string_view& from) noexcept {
  return take_tags(from, [](std::uint32_t, std::string_view) {});
}

/// How many elements follow. False: less than `element_bytes` each would be there, so none is looked for.
[[nodiscard]] inline bool take_count(std::string_view& from, std::size_t element_bytes, std::int32_t& count) noexcept {
  return take(from, count) && (count <= 0 || static_cast<std::size_t>(count) <= from.size() / element_bytes);
}

}  // namespace batching::kafka::wire
