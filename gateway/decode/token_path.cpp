#include "gateway/decode/token_path.h"

#include <cstring>

#include "gateway/decode/array_index.h"

namespace gateway::decode {
namespace {

using cursor = const std::uint32_t*;

struct token_step {
  looked_up::verdict what = looked_up::verdict::absent;
  cursor value = nullptr;
};

class token_reader {
 public:
  explicit token_reader(const char* base) : base_(base) {}

  [[nodiscard]] char byte(cursor at) const noexcept { return base_[*at]; }

  [[nodiscard]] token_step member(cursor object, const std::string& name) const noexcept {
    token_step found;
    for (cursor at = object + 1; byte(at) == '"';) {
      const cursor value = at + 2;
      if (is_named(at, name)) {
        const bool again = found.value != nullptr;
        found = {again ? looked_up::verdict::duplicate : looked_up::verdict::present, value};
        if (again) return found;
      }
      at = behind(value);
      if (byte(at++) != ',') break;
    }
    return found;
  }

  [[nodiscard]] token_step element(cursor array, std::size_t index) const noexcept {
    cursor at = array + 1;
    if (byte(at) == ']') return {};
    for (; index > 0; --index) {
      at = behind(at);
      if (byte(at++) != ',') return {};
    }
    return {looked_up::verdict::present, at};
  }

 private:
  /// The token behind the value at `at`.
  [[nodiscard]] cursor behind(cursor at) const noexcept {
    std::size_t open = 0;
    do {
      const char c = byte(at++);
      open += c == '{' || c == '[' ? 1U : 0U;
      open -= c == '}' || c == ']' ? 1U : 0U;
    } while (open != 0);
    return at;
  }
  [[nodiscard]] bool is_named(cursor at, const std::string& name) const noexcept {
    const bool fits = name.size() + 2 <= at[1] - at[0];  // both quotes lie before the colon
    return fits && base_[*at + 1 + name.size()] == '"' && std::memcmp(base_ + *at + 1, name.data(), name.size()) == 0;
  }

  const char* base_;
};

}  // namespace

looked_up look_up(const char* base, const std::uint32_t* root, const std::vector<std::string>& path) {
  const token_reader read(base);
  token_step found{looked_up::verdict::present, root};
  for (const std::string& token : path) {
    const char kind = read.byte(found.value);
    if (kind == '{') {
      found = read.member(found.value, token);
    } else if (const auto index = kind == '[' ? array_index(token) : std::nullopt) {
      found = read.element(found.value, *index);
    } else {
      return {};
    }
    if (found.what == looked_up::verdict::absent) return {};
    if (found.what == looked_up::verdict::duplicate) break;
  }
  return {found.what, base + *found.value};
}

}  // namespace gateway::decode
