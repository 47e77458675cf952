// The Date field's text, written at most once a second. One a lane.
#pragma once

#include <ctime>
#include <string>
#include <string_view>

namespace gateway::http1 {

class http_date {
 public:
  /// "Sun, 06 Nov 1994 08:49:37 GMT" of `now`; valid until the next call.
  [[nodiscard]] std::string_view text(std::time_t now) noexcept {
    if (now != written_for_) write(now);
    return {text_, sizeof text_ - 1};
  }

 private:
  void write(std::time_t now) noexcept;
  std::time_t written_for_ = -1;
  char text_[30] = {};
};

}  // namespace gateway::http1
