#include "gateway/http1/ext_value.h"

#include <utility>

#include "gateway/http1/chars.h"
#include "gateway/http1/json_text.h"

namespace gateway::http1 {
namespace {

/// attr-char of RFC 8187.
bool is_plain(char c) noexcept {
  constexpr std::string_view marks = "!#$&+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is(c, is_digit) || marks.find(c) != std::string_view::npos;
}

bool is_language(std::string_view text) noexcept {
  for (const char c : text)
    if (!is(c, is_token)) return false;
  return true;
}

}  // namespace

std::optional<std::string> decode_ext_value(std::string_view value) {
  const std::size_t first = value.find('\'');
  const std::size_t second = first == std::string_view::npos ? first : value.find('\'', first + 1);
  if (second == std::string_view::npos || !equals_ignoring_case(value.substr(0, first), "utf-8") ||
      !is_language(value.substr(first + 1, second - first - 1)))
    return std::nullopt;
  const std::string_view encoded = value.substr(second + 1);
  std::string text;
  text.reserve(encoded.size());
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] == '%') {
      if (i + 2 >= encoded.size() || !is(encoded[i + 1], is_hex) || !is(encoded[i + 2], is_hex)) return std::nullopt;
      text += static_cast<char>(hex_value(encoded[i + 1]) * 16 + hex_value(encoded[i + 2]));
      i += 2;
    } else if (is_plain(encoded[i])) {
      text += encoded[i];
    } else {
      return std::nullopt;
    }
  }
  return is_utf8(text) ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace gateway::http1
