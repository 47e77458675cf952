// The explanations in one answer, together: the first ones stand whole, those beyond the bound are left to their codes,
// so that a small request of many bad events has no huge answer. Dialects that itemise their answers use it.
#pragma once

#include <cstddef>
#include <string_view>

namespace gateway::api {

class answer_texts {
 public:
  static constexpr std::size_t bytes_max = 256 * 1024;

  /// `text`, or nothing where there is no room for it any more.
  [[nodiscard]] std::string_view take(std::string_view text) noexcept {
    if (text.size() > left_) return {};
    left_ -= text.size();
    return text;
  }

 private:
  std::size_t left_ = bytes_max;
};

}  // namespace gateway::api
