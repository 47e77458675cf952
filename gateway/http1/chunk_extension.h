// The extensions behind a chunk's size, read byte by byte against RFC 9112 7.1.1 and dropped: *( ";" name [ "=" value ]
// ). Another reader of the same bytes may end the line elsewhere where they are not of that form. Part of
// chunk_decoder.
#pragma once

#include <cstdint>

namespace gateway::http1 {

class chunk_extension {
 public:
  /// A ';' has been read.
  void begin() noexcept { at_ = stage::before_name; }
  /// False: not of the form. The CR that ends the line is not given.
  [[nodiscard]] bool take(char c) noexcept;
  /// The line may end here.
  [[nodiscard]] bool may_end() const noexcept {
    return at_ == stage::name || at_ == stage::value || at_ == stage::behind_quote;
  }

 private:
  enum class stage : std::uint8_t {
    before_name,  // behind ';'
    name,
    behind_name,   // white space has followed
    before_value,  // behind '='
    value,
    behind_value,  // white space has followed: only ';' may come
    quoted,
    escaped,
    behind_quote,
  };
  bool go(stage next) noexcept {
    at_ = next;
    return true;
  }
  bool separator(char c) noexcept;

  stage at_ = stage::before_name;
};

}  // namespace gateway::http1
