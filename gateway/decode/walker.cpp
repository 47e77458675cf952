#include "gateway/decode/walker.h"

#include <bit>
#include <cstring>

#include "gateway/decode/text.h"
#include "gateway/decode/token_path.h"

namespace gateway::decode {
namespace {

constexpr std::uint64_t each_byte(std::uint64_t b) noexcept { return b * 0x0101010101010101ULL; }

/// The high bit of each byte that is not a digit; right up to and including the first such byte.
std::uint64_t non_digits(std::uint64_t eight) noexcept {
  const std::uint64_t x = eight ^ each_byte('0');
  return ((x + each_byte(0x76)) | x) & each_byte(0x80);
}

constexpr std::uint32_t word(const char (&text)[5]) noexcept {
  std::uint32_t v = 0;
  for (int i = 3; i >= 0; --i) v = v << 8 | static_cast<unsigned char>(text[i]);
  return v;
}

bool is_hex(char c) noexcept {
  const char lower = static_cast<char>(c | 0x20);
  return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

/// Bytes of the escape that starts with the backslash at `p`; 0: there is no such escape.
std::uint32_t escape_length(const char* p) noexcept {
  switch (p[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't': return 2;
    case 'u': return is_hex(p[2]) && is_hex(p[3]) && is_hex(p[4]) && is_hex(p[5]) ? 6 : 0;
    default: return 0;
  }
}

}  // namespace

void walker::begin(std::string_view text, cursor tokens_end, const key_finder* keys, std::uint32_t depth_max) noexcept {
  base_ = text.data();
  end_ = tokens_end;
  size_ = static_cast<std::uint32_t>(text.size());
  depth_max_ = depth_max;
  next_backslash_ = find_backslash(0);
  names_ = keys == nullptr ? 0 : keys->plain_names().size();
  plain_ = names_ == 0 ? nullptr : keys->plain_names().data();
  for (std::size_t i = 0; i < names_; ++i) {
    heads_[i] = plain_[i].head;
    masks_[i] = plain_[i].mask;
  }
}

std::uint32_t walker::find_backslash(std::uint32_t from) const noexcept {
  if (from >= size_) return UINT32_MAX;
  const void* found = std::memchr(base_ + from, '\\', size_ - from);
  return found == nullptr ? UINT32_MAX : static_cast<std::uint32_t>(static_cast<const char*>(found) - base_);
}

inline walker::cursor walker::literal(cursor at, std::uint32_t first_four, std::size_t length) const noexcept {
  const char* p = base_ + *at;
  if (load_4(p) != first_four || (length == 5 && p[4] != 'e')) return nullptr;
  return ends_scalar(p[length]) ? at + 1 : nullptr;
}

inline const char* walker::digits(const char* from) const noexcept {
  for (const char* const end = base_ + size_; from < end; from += 8)
    if (const std::uint64_t mask = non_digits(load_8(from))) return from + std::countr_zero(mask) / 8;
  return from;
}

inline walker::cursor walker::number(cursor at) const noexcept {
  const char* p = base_ + *at;
  if (*p == '-') ++p;
  const char* end = *p == '0' ? p + 1 : digits(p);
  if (end == p) return nullptr;
  if (end == base_ + at[1]) return at + 1;  // an integer, and a token right behind it
  if (*end == '.') {
    p = end + 1;
    end = digits(p);
    if (end == p) return nullptr;
  }
  if ((*end | 0x20) == 'e') {
    p = end + 1;
    if (*p == '+' || *p == '-') ++p;
    end = digits(p);
    if (end == p) return nullptr;
  }
  return ends_scalar(*end) ? at + 1 : nullptr;
}

walker::cursor walker::container(cursor at, std::uint32_t depth) noexcept {
  if (depth >= depth_max_ || *at >= limit_ || at >= end_) return nullptr;
  return byte(at) == '{' ? members<false>(at + 1, depth + 1) : elements(at + 1, depth + 1);
}

inline walker::cursor walker::value(cursor at, std::uint32_t depth) noexcept {
  const char c = byte(at);
  if (c == '"') return string(at) ? at + 1 : nullptr;
  if (c == '-' || is_digit(c)) return number(at);
  switch (c) {
    case '{':
    case '[': return container(at, depth);
    case 't': return literal(at, word("true"), 4);
    case 'f': return literal(at, word("fals"), 5);
    case 'n': return literal(at, word("null"), 4);
    default: return nullptr;
  }
}

inline void walker::match(cursor at) noexcept {
  const std::uint64_t head = load_8(base_ + *at + 1);
  for (std::size_t i = 0; i < names_; ++i)
    if ((head & masks_[i]) == heads_[i]) [[unlikely]]
      note(i, at);
}

walker::cursor walker::object(cursor at, std::uint32_t limit) noexcept {
  root_ = at;
  limit_ = limit;
  escaped_name_ = false;
  slots_ = {};
  if (depth_max_ == 0) return nullptr;
  return members<true>(at + 1, 1);
}

walker::cursor walker::anything(cursor at, std::uint32_t limit) noexcept {
  limit_ = limit;
  return value(at, 0);
}

template <bool Root>
walker::cursor walker::members(cursor at, std::uint32_t depth) noexcept {
  if (byte(at) == '}') return at + 1;
  for (;;) {
    if (byte(at) != '"' || byte(at + 1) != ':') return nullptr;
    if (!string(at)) return nullptr;
    if constexpr (Root) match(at);
    at = value(at + 2, depth);
    if (at == nullptr) return nullptr;
    const char c = byte(at++);
    if (c == ',') continue;
    return c == '}' ? at : nullptr;
  }
}

walker::cursor walker::elements(cursor at, std::uint32_t depth) noexcept {
  if (byte(at) == ']') return at + 1;
  for (;;) {
    at = value(at, depth);
    if (at == nullptr) return nullptr;
    const char c = byte(at++);
    if (c == ',') continue;
    return c == ']' ? at : nullptr;
  }
}

bool walker::escapes(cursor at) noexcept {
  const std::uint32_t end = at[1];
  if (next_backslash_ < *at) next_backslash_ = find_backslash(*at);
  while (next_backslash_ < end) {
    const std::uint32_t length = escape_length(base_ + next_backslash_);
    if (length == 0) return false;
    escaped_name_ |= byte(at + 1) == ':';
    next_backslash_ = find_backslash(next_backslash_ + length);
  }
  return true;
}

void walker::note(std::size_t name, cursor at) noexcept {
  const std::string& text = plain_[name].text;
  const bool fits = text.size() < at[1] - at[0];  // the closing quote lies before the colon
  if (!fits || std::memcmp(base_ + *at + 1, text.data(), text.size()) != 0) return;
  slots_[name].twice = slots_[name].value != nullptr;
  slots_[name].value = at + 2;
}

looked_up walker::member(std::size_t name) const noexcept {
  const slot& s = slots_[name];
  if (s.value == nullptr) return {};
  return {s.twice ? looked_up::verdict::duplicate : looked_up::verdict::present, base_ + *s.value};
}

looked_up walker::at_path(const std::vector<std::string>& path) const { return look_up(base_, root_, path); }

bool walker::simple_key(std::string_view& key) const noexcept {
  std::size_t i = 0;
  while (i < names_ && slots_[i].value == nullptr) ++i;
  if (i == names_) return false;
  const slot& s = slots_[i];
  if (s.twice || byte(s.value) != '"') return false;
  const char* const first = base_ + *s.value + 1;
  const char* last = base_ + s.value[1] - 1;
  while (*last != '"') --last;
  if (last < first) return false;
  key = {first, static_cast<std::size_t>(last - first)};
  return std::memchr(first, '\\', key.size()) == nullptr;
}

}  // namespace gateway::decode
