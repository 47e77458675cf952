#include "gateway/decode/token_path.h"

#include <cstring>
#include <span>

#include "gateway/decode/array_index.h"

namespace gateway::decode {
namespace {

using cursor = const std::uint32_t*;

/// The value at a path, and the token behind the value that the path began at.
struct followed {
  looked_up::verdict what = looked_up::verdict::absent;
  cursor value = nullptr;
  cursor behind = nullptr;
};

using rest_of_path = std::span<const std::string>;

// Each token is passed once, however deep the path: a value on the path is followed before what stands behind it in its
// container is looked at. Recursion is as deep as the text, whose depth the walker has bounded.
class token_reader {
 public:
  explicit token_reader(const char* base) : base_(base) {}

  [[nodiscard]] followed follow(cursor at, rest_of_path path) const noexcept {
    if (path.empty()) return {looked_up::verdict::present, at, behind(at)};
    if (byte(at) == '{') return member(at, path);
    const auto index = byte(at) == '[' ? array_index(path.front()) : std::nullopt;
    if (index) return element(at, *index, path.subspan(1));
    return {looked_up::verdict::absent, nullptr, behind(at)};
  }

 private:
  [[nodiscard]] followed member(cursor object, rest_of_path path) const noexcept {
    followed found;
    int times = 0;
    cursor at = object + 1;
    if (byte(at) == '}') return {looked_up::verdict::absent, nullptr, at + 1};
    do {
      const cursor value = at + 2;
      const bool named = is_named(at, path.front());
      if (named && ++times == 1) {
        found = follow(value, path.subspan(1));
        at = found.behind;
        continue;
      }
      if (named && times == 2) found = {looked_up::verdict::duplicate, value, nullptr};
      at = behind(value);
    } while (byte(at++) == ',');
    found.behind = at;
    return found;
  }

  [[nodiscard]] followed element(cursor array, std::size_t index, rest_of_path path) const noexcept {
    followed found;
    cursor at = array + 1;
    if (byte(at) == ']') return {looked_up::verdict::absent, nullptr, at + 1};
    do {
      if (index-- == 0) {
        found = follow(at, path);
        at = found.behind;
      } else {
        at = behind(at);
      }
    } while (byte(at++) == ',');
    found.behind = at;
    return found;
  }

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

  [[nodiscard]] char byte(cursor at) const noexcept { return base_[*at]; }

  const char* base_;
};

}  // namespace

looked_up look_up(const char* base, const std::uint32_t* root, const std::vector<std::string>& path) {
  const followed found = token_reader(base).follow(root, path);
  if (found.what == looked_up::verdict::absent) return {};
  return {found.what, base + *found.value};
}

}  // namespace gateway::decode
