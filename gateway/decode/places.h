// Tells people where in a body something is: "line 3, byte 17", both from 1, the byte within its line. Counts only when
// asked, and each stretch of the body once, as long as the places asked for come in order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace gateway::decode {

class places {
 public:
  explicit places(std::string_view body) noexcept : body_(body) {}

  /// `at` points into the body or to its end.
  [[nodiscard]] std::string name(const char* at) {
    const auto offset = static_cast<std::size_t>(at - body_.data());
    if (offset < counted_) line_ = 1, line_start_ = counted_ = 0;
    for (;;) {
      const std::size_t newline = body_.substr(0, offset).find('\n', counted_);
      if (newline == std::string_view::npos) break;
      ++line_;
      line_start_ = counted_ = newline + 1;
    }
    counted_ = std::max(counted_, offset);
    return "line " + std::to_string(line_) + ", byte " + std::to_string(offset - line_start_ + 1);
  }

 private:
  std::string_view body_;
  std::size_t counted_ = 0;  // newlines before this are in line_
  std::size_t line_start_ = 0;
  std::size_t line_ = 1;
};

}  // namespace gateway::decode
