// Character classes of RFC 9110 and 3986 as tables, and ASCII comparison without locale. Header only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gateway::http1 {

enum char_class : std::uint8_t {
  is_token = 1,  // tchar: method and field names
  is_digit = 2,
  is_hex = 4,
  is_topic = 8,      // Kafka's legal topic names
  is_host = 16,      // reg-name or IPv4
  is_target = 32,    // visible ASCII but '#': request targets
  is_line_end = 64,  // control characters but HTAB: none may stand inside a line
  is_path = 128,     // pchar and '/' of RFC 3986, percent-encoding not looked at
};

inline constexpr std::array<std::uint8_t, 256> char_classes = [] {
  std::array<std::uint8_t, 256> t{};
  const auto mark = [&t](std::string_view chars, int as) {
    for (const char c : chars) {
      auto& cell = t[static_cast<std::uint8_t>(c)];
      cell = static_cast<std::uint8_t>(cell | as);
    }
  };
  mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", is_token | is_topic | is_host);
  mark("0123456789", is_token | is_topic | is_host | is_digit | is_hex);
  mark("abcdefABCDEF", is_hex);
  mark("!#$%&'*+-.^_`|~", is_token);
  mark("._-", is_topic);
  mark("-._~%!$&'()*+,;=", is_host);
  for (unsigned c = 0x21; c < 0x7f; ++c)
    if (c != '#') t[c] |= is_target;
  mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/%", is_path);
  for (unsigned c = 0; c < 0x20; ++c)
    if (c != '\t') t[c] |= is_line_end;
  t[0x7f] |= is_line_end;
  return t;
}();

[[nodiscard]] constexpr bool is(char c, int of) noexcept {
  return (char_classes[static_cast<std::uint8_t>(c)] & of) != 0;
}
[[nodiscard]] constexpr bool all(std::string_view text, int of) noexcept {
  for (const char c : text)
    if (!is(c, of)) return false;
  return true;
}

[[nodiscard]] constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

[[nodiscard]] constexpr bool is_ipv6(std::string_view text) noexcept {
  for (const char c : text)
    if (!is(c, is_hex) && c != ':' && c != '.') return false;
  return true;
}

/// uri-host [":" port], where the host may be empty or an address in brackets.
[[nodiscard]] constexpr bool is_host_and_port(std::string_view text) noexcept {
  std::size_t end = text.find(':');
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos || !is_ipv6(text.substr(1, end - 1))) return false;
    ++end;
  } else if (!all(text.substr(0, end), is_host)) {
    return false;
  }
  if (end >= text.size()) return true;
  return text[end] == ':' && all(text.substr(end + 1), is_digit);
}

/// `lower_case` is in lower case already.
[[nodiscard]] constexpr bool equals_ignoring_case(std::string_view text, std::string_view lower_case) noexcept {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (lower(text[i]) != lower_case[i]) return false;
  return true;
}

/// Without spaces and tabs before and after (OWS).
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

[[nodiscard]] constexpr int hex_value(char c) noexcept { return c <= '9' ? c - '0' : lower(c) - 'a' + 10; }

/// Without the quotes around it, where it has them: clients send a structured field's string with and without.
[[nodiscard]] constexpr std::string_view unquoted(std::string_view text) noexcept {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') return text.substr(1, text.size() - 2);
  return text;
}

/// The next element of a comma-separated list, trimmed; takes it off `list`. Empty elements are possible.
[[nodiscard]] constexpr std::string_view next_in_list(std::string_view& list) noexcept {
  const std::size_t comma = list.find(',');
  const std::string_view element = trimmed(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  return element;
}

}  // namespace gateway::http1
