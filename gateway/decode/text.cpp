#include "gateway/decode/text.h"

namespace gateway::decode {
namespace {

int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::uint32_t code_unit(std::string_view hex) noexcept {
  std::uint32_t value = 0;
  for (const char c : hex.substr(0, 4)) value = value * 16 + static_cast<std::uint32_t>(hex_value(c) & 15);
  return value;
}

char byte(std::uint32_t bits) noexcept { return static_cast<char>(static_cast<unsigned char>(bits)); }

void append_utf8(std::string& to, std::uint32_t point) {
  if (point < 0x80) {
    to += byte(point);
  } else if (point < 0x800) {
    to += byte(0xC0 | point >> 6);
    to += byte(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    to += byte(0xE0 | point >> 12);
    to += byte(0x80 | (point >> 6 & 0x3F));
    to += byte(0x80 | (point & 0x3F));
  } else {
    to += byte(0xF0 | point >> 18);
    to += byte(0x80 | (point >> 12 & 0x3F));
    to += byte(0x80 | (point >> 6 & 0x3F));
    to += byte(0x80 | (point & 0x3F));
  }
}

bool is_high_surrogate(std::uint32_t unit) noexcept { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(std::uint32_t unit) noexcept { return unit >= 0xDC00 && unit <= 0xDFFF; }

/// `rest` starts behind `\u`. The bytes used, or 0: a surrogate stands alone.
std::size_t append_code_point(std::string& to, std::string_view rest) {
  const std::uint32_t unit = code_unit(rest);
  if (is_low_surrogate(unit)) return 0;
  if (!is_high_surrogate(unit)) {
    append_utf8(to, unit);
    return 4;
  }
  if (rest.size() < 10 || rest[4] != '\\' || rest[5] != 'u') return 0;
  const std::uint32_t low = code_unit(rest.substr(6));
  if (!is_low_surrogate(low)) return 0;
  append_utf8(to, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
  return 10;
}

char simple_escape(char c) noexcept {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

std::size_t digits(std::string_view text, std::size_t from) noexcept {
  while (from < text.size() && is_digit(text[from])) ++from;
  return from;
}

constexpr std::uint64_t each_byte(std::uint64_t b) noexcept { return b * 0x0101010101010101ULL; }

/// The high bit of each byte that is `b`; right up to and including the first such byte.
std::uint64_t bytes_equal(std::uint64_t eight, std::uint64_t b) noexcept {
  const std::uint64_t x = eight ^ each_byte(b);
  return (x - each_byte(1)) & ~x & each_byte(0x80);
}

std::size_t to_quote_or_backslash(std::string_view text, std::size_t from) noexcept {
  for (; from + 8 <= text.size(); from += 8) {
    const std::uint64_t eight = load_8(text.data() + from);
    const std::uint64_t found = bytes_equal(eight, '"') | bytes_equal(eight, '\\');
    if (found != 0) return from + static_cast<std::size_t>(std::countr_zero(found)) / 8;
  }
  while (from < text.size() && text[from] != '"' && text[from] != '\\') ++from;
  return from;
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_white_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white_space(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<std::string> unescaped(std::string_view inside) {
  std::string text;
  text.reserve(inside.size());
  for (std::size_t i = 0; i < inside.size();) {
    if (inside[i] != '\\') {
      text += inside[i++];
      continue;
    }
    if (i + 1 >= inside.size()) return std::nullopt;
    if (inside[i + 1] != 'u') {
      text += simple_escape(inside[i + 1]);
      i += 2;
      continue;
    }
    if (inside.size() - i < 6) return std::nullopt;
    const std::size_t used = append_code_point(text, inside.substr(i + 2));
    if (used == 0) return std::nullopt;
    i += 2 + used;
  }
  return text;
}

std::size_t utf8_length(std::string_view text) noexcept {
  const auto at = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto continues = [&at](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;  // a continuation byte, or an overlong form
  if (lead < 0xE0) return continues(1) ? 2 : 0;
  if (lead < 0xF0) {
    if (lead == 0xE0 && at(1) < 0xA0) return 0;  // overlong
    if (lead == 0xED && at(1) > 0x9F) return 0;  // surrogates
    return continues(1) && continues(2) ? 3 : 0;
  }
  if (lead > 0xF4 || (lead == 0xF0 && at(1) < 0x90) || (lead == 0xF4 && at(1) > 0x8F)) return 0;
  return continues(1) && continues(2) && continues(3) ? 4 : 0;
}

std::size_t number_length(std::string_view text) noexcept {
  std::size_t i = !text.empty() && text[0] == '-' ? 1 : 0;
  if (i >= text.size() || !is_digit(text[i])) return 0;
  i = text[i] == '0' ? i + 1 : digits(text, i);
  if (i < text.size() && text[i] == '.') {
    const std::size_t end = digits(text, i + 1);
    if (end == i + 1) return 0;
    i = end;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    std::size_t exponent = i + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    const std::size_t end = digits(text, exponent);
    if (end == exponent) return 0;
    i = end;
  }
  return i;
}

string_extent string_at(std::string_view text) noexcept {
  bool escaped = false;
  for (std::size_t i = 1;; i += 2, escaped = true) {
    i = to_quote_or_backslash(text, i);
    if (i >= text.size()) return {};
    if (text[i] == '"') return {i + 1, escaped};
  }
}

}  // namespace gateway::decode
