// Finds where JSON values end in a stream of them that arrives in pieces, without looking at a byte twice. Knows
// brackets, strings and words only; whether a value is JSON, and an object, is for the reader behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gateway::api::rest_proxy {

class document_scan {
 public:
  enum class found : std::uint8_t {
    nothing,   // no whole value yet
    document,  // up to length()
    garbage,   // something that is no JSON begins here
  };
  /// `bytes`: from the end of the last document on; the same bytes again, and more, after `nothing`.
  found next(std::string_view bytes) noexcept {
    for (; at_ < bytes.size(); ++at_) {
      const char c = bytes[at_];
      if (in_word_) {
        if (!is_of_word(c)) return end_at(at_);
      } else if (in_string_) {
        read_string(c);
        if (!in_string_ && depth_ == 0) return end_at(at_ + 1);
      } else if (depth_ == 0) {
        if (is_separator(c)) continue;
        if (!begin(c)) return found::garbage;
      } else if (c == '"') {
        in_string_ = true;
      } else if (c == '{' || c == '[') {
        ++depth_;
      } else if ((c == '}' || c == ']') && --depth_ == 0) {
        return end_at(at_ + 1);
      }
    }
    return found::nothing;
  }
  /// The same where nothing follows `bytes`: a number or a word at their end is whole.
  found last(std::string_view bytes) noexcept {
    const found is = next(bytes);
    return is == found::nothing && in_word_ && at_ == bytes.size() ? end_at(at_) : is;
  }
  [[nodiscard]] std::size_t length() const noexcept { return length_; }
  /// Inside a value.
  [[nodiscard]] bool is_open() const noexcept { return depth_ > 0 || in_string_ || in_word_; }

 private:
  static bool is_separator(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
  static bool is_of_word(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == 'E' || c == '+' || c == '-' || c == '.';
  }

  bool begin(char c) noexcept {
    in_string_ = c == '"';
    in_word_ = is_digit(c) || c == '-' || c == 't' || c == 'f' || c == 'n';
    depth_ = c == '{' || c == '[' ? 1 : 0;
    return is_open();
  }
  void read_string(char c) noexcept {
    if (escaped_)
      escaped_ = false;
    else if (c == '\\')
      escaped_ = true;
    else
      in_string_ = c != '"';
  }
  found end_at(std::size_t length) noexcept {
    *this = {};
    length_ = length;
    return found::document;
  }

  std::size_t at_ = 0;  // of the bytes given: looked at
  std::size_t length_ = 0;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool in_word_ = false;
};

}  // namespace gateway::api::rest_proxy
