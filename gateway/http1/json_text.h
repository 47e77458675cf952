// Writes JSON text into a string that is reused: numbers and escaped strings, no tree.
#pragma once

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

namespace gateway::http1 {

template <std::integral Number>
void append_number(std::string& to, Number n) {
  char digits[24];
  to.append(digits, std::to_chars(digits, digits + sizeof digits, n).ptr);
}

/// In quotes. Bytes that are not UTF-8 become U+FFFD: our answers are always valid JSON, whatever a client sent.
void append_json_string(std::string& to, std::string_view text);

/// Bytes of the UTF-8 sequence at the start of `text`, 0 where it is none. `text` is not empty.
[[nodiscard]] std::size_t utf8_sequence(std::string_view text) noexcept;
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace gateway::http1
