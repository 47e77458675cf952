// The parts of every request and response: the head, texts, and lengths that are not believed before they are
// checked. Used by the requests of this folder. Not flexible ("compact") versions: ours are older than those.
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

/// How many elements follow. False: less than `element_bytes` each would be there, so none is looked for.
[[nodiscard]] inline bool take_count(std::string_view& from, std::size_t element_bytes, std::int32_t& count) noexcept {
  return take(from, count) && (count <= 0 || static_cast<std::size_t>(count) <= from.size() / element_bytes);
}

}  // namespace batching::kafka::wire
