// Finds the aggregate id: by RFC 6901 pointers, parsed once for a topic or a request. The first one whose
// value is there wins; `null` counts as not there. A string is its unescaped text, a number its exact text as sent; any
// other value, or a member that occurs twice on the way to it, makes the event invalid_key: which one was meant is a
// guess.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::decode {

/// A top-level member's name as it stands in a JSON text when nothing in it is escaped, its closing quote included;
/// ready for comparing eight bytes at once.
struct plain_name {
  std::uint64_t head;  // the first eight bytes, or all of them; little endian
  std::uint64_t mask;  // the bytes of `head` that count
  std::string text;
};

class key_finder {
 public:
  /// More pointers, or nested ones, are looked up after the walk instead of on its way.
  static constexpr std::size_t plain_names_max = 4;

  /// `pointers` are valid (checked by config, or by is_pointer() for `key=`).
  explicit key_finder(const std::vector<std::string>& pointers);
  /// False: not an RFC 6901 pointer ("" or starting with '/', '~' only as ~0 and ~1).
  [[nodiscard]] static bool is_pointer(std::string_view text) noexcept;

  [[nodiscard]] const std::vector<std::string>& pointers() const noexcept { return pointers_; }
  /// Unescaped reference tokens, one path a pointer.
  [[nodiscard]] const std::vector<std::vector<std::string>>& paths() const noexcept { return paths_; }
  /// No name on any path has to be escaped in JSON text.
  [[nodiscard]] bool paths_are_plain() const noexcept { return paths_are_plain_; }
  /// One a pointer where every pointer is a single plain name and there are few; else empty.
  [[nodiscard]] const std::vector<plain_name>& plain_names() const noexcept { return plain_names_; }

 private:
  std::vector<std::string> pointers_;
  std::vector<std::vector<std::string>> paths_;
  bool paths_are_plain_ = false;
  std::vector<plain_name> plain_names_;
};

}  // namespace gateway::decode
