// Writes many short pieces behind each other into a string, whose room is made once: what an answer is made of. A check
// and a call for each piece would be most of the work (bench/micro/http_bench.cpp).
#pragma once

#include <cassert>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace gateway::http1 {

class pen {
 public:
  static constexpr std::size_t digits_max = 20;  // of any number

  /// All that is written must fit into `bytes_max`: nothing else checks it. `to` must not be used meanwhile.
  pen(std::string& to, std::size_t bytes_max) : to_(&to) {
    const std::size_t before = to.size();
    to.resize(before + bytes_max);
    at_ = to.data() + before;
  }
  ~pen() {
    assert(at_ <= to_->data() + to_->size());
    to_->resize(static_cast<std::size_t>(at_ - to_->data()));
  }
  pen(const pen&) = delete;
  pen& operator=(const pen&) = delete;

  template <std::size_t Size>
  pen& operator<<(const char (&literal)[Size]) noexcept {
    std::memcpy(at_, literal, Size - 1);
    at_ += Size - 1;
    return *this;
  }
  pen& operator<<(std::string_view text) noexcept {
    at_ += text.copy(at_, text.size());
    return *this;
  }
  template <std::integral Number>
  requires(!std::same_as<Number, char>) pen& operator<<(Number n) noexcept {
    at_ = std::to_chars(at_, at_ + digits_max, n).ptr;
    return *this;
  }

 private:
  std::string* to_;
  char* at_;
};

}  // namespace gateway::http1
