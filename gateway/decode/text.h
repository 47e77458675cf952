// Bytes of JSON text: small pieces that the walker, the checker and the key lookup share.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::decode {

[[nodiscard]] inline bool is_white_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
[[nodiscard]] inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// True for a character that may stand directly behind a number or a literal.
[[nodiscard]] inline bool ends_scalar(char c) noexcept {
  return is_white_space(c) || c == ',' || c == '}' || c == ']' || c == ':' || c == '{' || c == '[';
}

[[nodiscard]] inline std::uint64_t load_8(const char* p) noexcept {
  std::uint64_t v;
  std::memcpy(&v, p, sizeof v);
  if constexpr (std::endian::native == std::endian::big) v = __builtin_bswap64(v);
  return v;
}
[[nodiscard]] inline std::uint32_t load_4(const char* p) noexcept {
  std::uint32_t v;
  std::memcpy(&v, p, sizeof v);
  if constexpr (std::endian::native == std::endian::big) v = __builtin_bswap32(v);
  return v;
}

/// Without JSON white space at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// The text a JSON string stands for. `inside` is what is between the quotes, well formed. nullopt: a surrogate without
/// its other half, which no UTF-8 text can hold.
[[nodiscard]] std::optional<std::string> unescaped(std::string_view inside);

/// Length of the UTF-8 sequence at the start of `text` (not empty); 0: it is not one (RFC 3629).
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

/// Length of the longest well-formed JSON number at the start of `text`; 0: there is none.
[[nodiscard]] std::size_t number_length(std::string_view text) noexcept;

/// The string at the start of `text` (which starts with a quote), its contents not looked at.
struct string_extent {
  std::size_t length = 0;  // both quotes included; 0: it does not end
  bool escaped = false;    // there is a backslash in it
};
[[nodiscard]] string_extent string_at(std::string_view text) noexcept;

}  // namespace gateway::decode
