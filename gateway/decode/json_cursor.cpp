#include "gateway/decode/json_cursor.h"

#include <charconv>

#include "gateway/decode/text.h"

namespace gateway::decode {
namespace {

void skip_space(std::string_view& text) noexcept {
  while (!text.empty() && is_white_space(text.front())) text.remove_prefix(1);
}

std::size_t container_length(std::string_view text) noexcept {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      const std::size_t length = string_at(text.substr(at)).length;
      if (length == 0) break;
      at += length - 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

std::size_t scalar_length(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size() && !ends_scalar(text[at])) ++at;
  return at;
}

// At the closing bracket, or at the next entry.
bool at_entry(std::string_view& rest) noexcept {
  skip_space(rest);
  if (!rest.empty() && rest.front() == ',') {
    rest.remove_prefix(1);
    skip_space(rest);
  }
  return !rest.empty() && rest.front() != '}' && rest.front() != ']';
}

}  // namespace

std::optional<std::string> json_value::string() const {
  if (is_plain()) return std::string(inside());
  return unescaped(inside());
}

std::optional<std::int64_t> json_value::integer() const noexcept {
  std::int64_t n = 0;
  const char* const end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data(), end, n);
  if (error != std::errc{} || behind != end) return std::nullopt;
  return n;
}

json_value take_value(std::string_view& text) noexcept {
  skip_space(text);
  if (text.empty()) return {};
  std::size_t length = 0;
  if (text.front() == '"')
    length = string_at(text).length;
  else if (text.front() == '{' || text.front() == '[')
    length = container_length(text);
  else
    length = scalar_length(text);
  if (length == 0) length = text.size();  // not valid after all: nothing is read twice
  const json_value v{text.substr(0, length)};
  text.remove_prefix(length);
  return v;
}

bool json_members::next() noexcept {
  if (!at_entry(rest_)) return false;
  name_ = take_value(rest_);
  skip_space(rest_);
  if (!name_.is_string() || rest_.empty()) return false;
  rest_.remove_prefix(1);  // the colon
  value_ = take_value(rest_);
  return true;
}

bool json_elements::next() noexcept {
  if (!at_entry(rest_)) return false;
  value_ = take_value(rest_);
  return true;
}

}  // namespace gateway::decode
