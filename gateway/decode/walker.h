// Checks the grammar of JSON objects over the token index of a text, and on the way notes where the members stand that
// may hold the key. Builds nothing. The text's strings are known to be closed, UTF-8 and free of control characters
// (structural_index); everything else of RFC 8259 is checked here. The hot loop of the project.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "gateway/decode/key_finder.h"
#include "gateway/decode/key_lookup.h"

namespace gateway::decode {

class walker {
 public:
  using cursor = const std::uint32_t*;

  /// `text` is readable for padding_bytes behind its end. The two entries behind `tokens_end` are guards that point to
  /// some '{' or '[': reading on there ends at once, as no container is followed from behind the end.
  void begin(std::string_view text, cursor tokens_end, const key_finder* keys, std::uint32_t depth_max) noexcept;

  /// Walks the object whose '{' is at `at`. The cursor behind its '}', or nullptr: broken. A nested container that
  /// begins at or behind the offset `limit` is not followed (so a broken line costs what it is long, not what follows
  /// it).
  [[nodiscard]] cursor object(cursor at, std::uint32_t limit) noexcept;
  /// The same for any value.
  [[nodiscard]] cursor anything(cursor at, std::uint32_t limit) noexcept;

  /// After object(): the key, by plain names; only where names_are_plain().
  [[nodiscard]] bool names_are_plain() const noexcept { return !escaped_name_; }
  [[nodiscard]] std::size_t plain_names() const noexcept { return names_; }
  [[nodiscard]] looked_up member(std::size_t name) const noexcept;
  /// The same for a path without names that must be escaped.
  [[nodiscard]] looked_up at_path(const std::vector<std::string>& path) const;
  /// The usual case at once: the first plain name that is there at all is there once and a string without escapes.
  [[nodiscard]] bool simple_key(std::string_view& key) const noexcept;

 private:
  struct slot {
    cursor value = nullptr;
    bool twice = false;
  };

  // Each takes the cursor of what it reads (members and elements: the one behind the bracket) and gives the one behind
  // it, or nullptr. Scalars are read in line; a nested container is a call, at most depth_max deep.
  template <bool Root>
  cursor members(cursor at, std::uint32_t depth) noexcept;
  cursor elements(cursor at, std::uint32_t depth) noexcept;
  cursor container(cursor at, std::uint32_t depth) noexcept;
  cursor value(cursor at, std::uint32_t depth) noexcept;
  cursor number(cursor at) const noexcept;
  cursor literal(cursor at, std::uint32_t first_four, std::size_t length) const noexcept;
  const char* digits(const char* from) const noexcept;
  bool string(cursor at) noexcept { return at[1] <= next_backslash_ || escapes(at); }
  bool escapes(cursor at) noexcept;
  void match(cursor at) noexcept;
  void note(std::size_t name, cursor at) noexcept;
  std::uint32_t find_backslash(std::uint32_t from) const noexcept;
  [[nodiscard]] char byte(cursor at) const noexcept { return base_[*at]; }

  const char* base_ = nullptr;
  cursor end_ = nullptr;
  cursor root_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t next_backslash_ = 0;  // no backslash lies between what was walked last and this
  std::uint32_t limit_ = 0;
  std::uint32_t depth_max_ = 0;
  std::size_t names_ = 0;
  bool escaped_name_ = false;
  std::array<std::uint64_t, key_finder::plain_names_max> heads_{};
  std::array<std::uint64_t, key_finder::plain_names_max> masks_{};
  std::array<slot, key_finder::plain_names_max> slots_{};
  const plain_name* plain_ = nullptr;
};

}  // namespace gateway::decode
