#include "gateway/http1/chunk_extension.h"

#include "gateway/http1/chars.h"

namespace gateway::http1 {
namespace {

bool is_white_space(char c) noexcept { return c == ' ' || c == '\t'; }
bool is_visible(char c) noexcept { return c > 0x20 && c < 0x7f; }

}  // namespace

// Behind a name or a value.
bool chunk_extension::separator(char c) noexcept {
  if (c == ';') return go(stage::before_name);
  return is_white_space(c) && go(stage::behind_value);
}

bool chunk_extension::take(char c) noexcept {
  switch (at_) {
    case stage::before_name: return is_white_space(c) || (is(c, is_token) && go(stage::name));
    case stage::name:
      if (is(c, is_token)) return true;
      if (c == '=') return go(stage::before_value);
      return is_white_space(c) ? go(stage::behind_name) : separator(c);
    case stage::behind_name:
      if (c == '=') return go(stage::before_value);
      return is_white_space(c) || separator(c);
    case stage::before_value:
      if (c == '"') return go(stage::quoted);
      return is_white_space(c) || (is(c, is_token) && go(stage::value));
    case stage::value: return is(c, is_token) || separator(c);
    case stage::behind_value:
    case stage::behind_quote: return separator(c);
    case stage::quoted:
      if (c == '"') return go(stage::behind_quote);
      if (c == '\\') return go(stage::escaped);
      return is_white_space(c) || is_visible(c);
    case stage::escaped: return (is_white_space(c) || is_visible(c)) && go(stage::quoted);
  }
  return false;
}

}  // namespace gateway::http1
