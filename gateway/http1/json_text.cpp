#include "gateway/http1/json_text.h"

#include <cstdint>

namespace gateway::http1 {
namespace {

std::uint8_t byte(char c) noexcept { return static_cast<std::uint8_t>(c); }

void append_escaped(std::string& to, char c) {
  static constexpr char hex[] = "0123456789abcdef";
  switch (c) {
    case '"': to += "\\\""; return;
    case '\\': to += "\\\\"; return;
    case '\n': to += "\\n"; return;
    case '\r': to += "\\r"; return;
    case '\t': to += "\\t"; return;
    default:
      to += "\\u00";
      to += hex[byte(c) >> 4];
      to += hex[byte(c) & 15];
  }
}

bool is_plain(char c) noexcept { return byte(c) >= 0x20 && byte(c) < 0x7f && c != '"' && c != '\\'; }

}  // namespace

std::size_t utf8_sequence(std::string_view text) noexcept {
  const std::uint8_t first = byte(text[0]);
  if (first < 0x80) return 1;
  const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < bytes) return 0;
  for (std::size_t i = 1; i < bytes; ++i)
    if ((byte(text[i]) & 0xc0) != 0x80) return 0;
  const std::uint8_t second = byte(text[1]);
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;  // overlong, surrogates
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;  // overlong, beyond U+10FFFF
  return bytes;
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t bytes = utf8_sequence(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

void append_json_string(std::string& to, std::string_view text) {
  to += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    to += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    std::size_t taken = 1;
    if (byte(text[0]) < 0x80) {
      append_escaped(to, text[0]);
    } else if (const std::size_t bytes = utf8_sequence(text); bytes != 0) {
      to += text.substr(0, bytes);
      taken = bytes;
    } else {
      to += "\xef\xbf\xbd";
    }
    text.remove_prefix(taken);
  }
  to += '"';
}

}  // namespace gateway::http1
