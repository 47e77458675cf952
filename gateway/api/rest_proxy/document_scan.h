// Finds where JSON objects end in a stream of them that arrives in pieces, without looking at a byte twice. Knows
// brackets and strings only; whether an object is JSON is the decoder's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gateway::api::rest_proxy {

class document_scan {
 public:
  enum class found : std::uint8_t {
    nothing,   // no whole object yet
    document,  // up to length()
    garbage,   // something that is no object begins here
  };
  /// `bytes`: from the end of the last document on; the same bytes again, and more, after `nothing`.
  found next(std::string_view bytes) noexcept {
    for (; at_ < bytes.size(); ++at_) {
      const char c = bytes[at_];
      if (depth_ == 0) {
        if (is_separator(c)) continue;
        if (c != '{') return found::garbage;
        depth_ = 1;
      } else if (in_string_) {
        if (escaped_)
          escaped_ = false;
        else if (c == '\\')
          escaped_ = true;
        else
          in_string_ = c != '"';
      } else if (c == '"') {
        in_string_ = true;
      } else if (c == '{' || c == '[') {
        ++depth_;
      } else if ((c == '}' || c == ']') && --depth_ == 0) {
        length_ = at_ + 1;
        at_ = 0;
        return found::document;
      }
    }
    return found::nothing;
  }
  [[nodiscard]] std::size_t length() const noexcept { return length_; }
  /// Inside an object.
  [[nodiscard]] bool is_open() const noexcept { return depth_ > 0; }

 private:
  static bool is_separator(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

  std::size_t at_ = 0;  // of the bytes given: looked at
  std::size_t length_ = 0;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace gateway::api::rest_proxy
