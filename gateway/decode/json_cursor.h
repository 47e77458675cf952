// Walks the members of one object or the elements of one array in JSON text that is known to be valid (decoder,
// checker): for dialects whose bodies have a shape of their own. Nothing is copied; values are the bytes as they were
// sent. One pass over what is skipped, no recursion.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::decode {

/// The bytes of one JSON value, without white space around them.
struct json_value {
  std::string_view text;

  [[nodiscard]] char first() const noexcept { return text.empty() ? '\0' : text.front(); }
  [[nodiscard]] bool is_null() const noexcept { return first() == 'n'; }
  [[nodiscard]] bool is_string() const noexcept { return first() == '"'; }
  [[nodiscard]] bool is_object() const noexcept { return first() == '{'; }
  [[nodiscard]] bool is_array() const noexcept { return first() == '['; }
  [[nodiscard]] bool is_number() const noexcept { return first() == '-' || (first() >= '0' && first() <= '9'); }
  /// Of a string: what is between the quotes, as it was sent.
  [[nodiscard]] std::string_view inside() const noexcept { return text.substr(1, text.size() - 2); }
  /// Of a string: no escapes in it, so that inside() is its text.
  [[nodiscard]] bool is_plain() const noexcept { return text.find('\\') == std::string_view::npos; }
  /// Of a string: its text; nullopt: half of a surrogate pair.
  [[nodiscard]] std::optional<std::string> string() const;
  /// Of a number: nullopt: it has a fraction or an exponent, or does not fit.
  [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;
};

/// The value at the start of `text`, white space before it allowed; `text` begins behind it then.
[[nodiscard]] json_value take_value(std::string_view& text) noexcept;

class json_members {
 public:
  explicit json_members(json_value object) noexcept : rest_(object.text.substr(1)) {}
  /// False: there are no more.
  [[nodiscard]] bool next() noexcept;
  [[nodiscard]] json_value name() const noexcept { return name_; }
  [[nodiscard]] json_value value() const noexcept { return value_; }
  /// A name with escapes in it is none of ours: they are plain ASCII.
  [[nodiscard]] bool is(std::string_view plain) const noexcept { return name_.inside() == plain; }

 private:
  std::string_view rest_;
  json_value name_, value_;
};

/// False: `to` has the value of a member before it. A reader that took the last one, or the first, would store what its
/// client may not mean.
[[nodiscard]] inline bool take_once(const json_members& m, json_value& to) noexcept {
  if (!to.text.empty()) return false;
  to = m.value();
  return true;
}

class json_elements {
 public:
  explicit json_elements(json_value array) noexcept : rest_(array.text.substr(1)) {}
  [[nodiscard]] bool next() noexcept;
  [[nodiscard]] json_value value() const noexcept { return value_; }

 private:
  std::string_view rest_;
  json_value value_;
};

}  // namespace gateway::decode
