#include "loadgen/json/writer.h"

#include <charconv>
#include <cmath>

namespace loadgen::json {

void writer::separate() {
  if (!first_) text_ += ',';
  first_ = false;
}

writer& writer::open(char bracket) {
  separate();
  text_ += bracket;
  first_ = true;
  return *this;
}

writer& writer::close(char bracket) {
  text_ += bracket;
  first_ = false;
  return *this;
}

writer& writer::raw(std::string_view text) {
  separate();
  text_ += text;
  return *this;
}

writer& writer::key(std::string_view name) {
  value(name);
  text_ += ':';
  first_ = true;
  return *this;
}

writer& writer::value(std::string_view text) {
  separate();
  text_ += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text_ += '\\';
      text_ += c;
    } else if (byte < 0x20 || byte == 0x7f || c == '<') {
      // '<' too, so that the text can stand inside a script element.
      constexpr std::string_view digits = "0123456789abcdef";
      text_ += "\\u00";
      text_ += digits[byte >> 4];
      text_ += digits[byte & 15];
    } else {
      text_ += c;
    }
  }
  text_ += '"';
  return *this;
}

writer& writer::value(double number) {
  if (!std::isfinite(number)) return null();
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, number, std::chars_format::general, 7).ptr;
  return raw({digits, static_cast<std::size_t>(end - digits)});
}

}  // namespace loadgen::json
