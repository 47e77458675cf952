// Finds and reads the aggregate id in one event's text, for every kind of pointer and with or without validation. The
// walker does the usual case (a top-level member) on its way; the decoder asks here for the rest.
#pragma once

#include <string>
#include <string_view>

#include "batching/event.h"
#include "gateway/decode/key_finder.h"

namespace gateway::decode {

/// The value at a pointer.
struct looked_up {
  enum class verdict : std::uint8_t { absent, present, duplicate } what = verdict::absent;
  const char* at = nullptr;  // first byte of the value; where it is a duplicate, of the second one
};

/// Follows `path` from the value that `text` starts with. `thorough`: look for duplicate members too; else stop at the
/// first match, and text that is not JSON at all is looked into as far as it goes.
[[nodiscard]] looked_up look_up(std::string_view text, const std::vector<std::string>& path, bool thorough);

/// A key, or why there cannot be one.
struct key_verdict {
  enum class verdict : std::uint8_t { none, found, wrong } what = verdict::none;
  std::string_view key;      // found; a view of the text or kept by `keep`
  const char* at = nullptr;  // wrong: the place in the text
  std::string problem;       // wrong: what to change
};

/// Tries the pointers in order; `of(i)` says what stands at pointer i. `text_end` bounds reading.
template <class Of>
[[nodiscard]] key_verdict first_key(const key_finder& keys, const Of& of, const char* text_end, batching::events& keep);

[[nodiscard]] key_verdict key_of(const key_finder& keys, std::string_view text, bool thorough, batching::events& keep);

/// Reads the value at `found` of pointer `pointer`; none: absent or null, the next pointer's turn.
[[nodiscard]] key_verdict read_key(const looked_up& found, std::string_view pointer, const char* text_end,
                                   batching::events& keep);

template <class Of>
key_verdict first_key(const key_finder& keys, const Of& of, const char* text_end, batching::events& keep) {
  for (std::size_t i = 0; i < keys.paths().size(); ++i) {
    key_verdict verdict = read_key(of(i), keys.pointers()[i], text_end, keep);
    if (verdict.what != key_verdict::verdict::none) return verdict;
  }
  return {};
}

}  // namespace gateway::decode
