// Little-endian integers at any address, for the frame protocol's readers and writers.
#pragma once

#include <bit>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace gateway::frames {

static_assert(std::endian::native == std::endian::little, "the protocol is little-endian; add byte swaps here");

template <typename Integer>
[[nodiscard]] inline Integer load(const char* from) noexcept {
  static_assert(std::is_integral_v<Integer>);
  Integer value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <typename Integer>
inline void store(char* to, std::type_identity_t<Integer> value) noexcept {
  static_assert(std::is_integral_v<Integer>);
  std::memcpy(to, &value, sizeof value);
}

template <typename Integer>
inline void append(std::string& out, std::type_identity_t<Integer> value) {
  char bytes[sizeof(Integer)];
  store<Integer>(bytes, value);
  out.append(bytes, sizeof bytes);
}

/// At most `bytes_max` of a text, cut at a whole UTF-8 character.
[[nodiscard]] inline std::string_view cut(std::string_view text, std::size_t bytes_max) noexcept {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0U) == 0x80U) --bytes_max;
  return text.substr(0, bytes_max);
}

}  // namespace gateway::frames
