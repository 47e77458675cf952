#include "gateway/decode/key_lookup.h"

#include <span>

#include "gateway/decode/array_index.h"
#include "gateway/decode/text.h"

namespace gateway::decode {
namespace {

using verdict = key_verdict::verdict;

/// Moves over JSON text without checking it. Never beyond the end; the empty view means the end was met.
class reader {
 public:
  explicit reader(std::string_view rest) : rest_(rest) {}

  [[nodiscard]] char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

  void skip_white_space() noexcept {
    while (!rest_.empty() && is_white_space(rest_.front())) rest_.remove_prefix(1);
  }
  bool take(char c) noexcept {
    skip_white_space();
    if (peek() != c || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Over the string here and whether it is `name`; only where peek() is a quote.
  bool take_name(const std::string& name) {
    const string_extent name_here = string_at(rest_);
    const std::string_view inside = name_here.length == 0 ? std::string_view{} : rest_.substr(1, name_here.length - 2);
    rest_.remove_prefix(name_here.length == 0 ? rest_.size() : name_here.length);
    return name_here.escaped ? unescaped(inside) == name : inside == name;
  }
  void skip_string() noexcept {
    const std::size_t length = string_at(rest_).length;
    rest_.remove_prefix(length == 0 ? rest_.size() : length);
  }
  void skip_value() noexcept {
    if (peek() == '"') return skip_string();
    if (peek() == '{' || peek() == '[') return skip_container();
    while (!rest_.empty() && !ends_scalar(rest_.front())) rest_.remove_prefix(1);
  }

 private:
  void skip_container() noexcept {
    std::size_t open = 0;
    while (!rest_.empty()) {
      const char c = peek();
      if (c == '"') {
        skip_string();
        continue;
      }
      rest_.remove_prefix(1);
      if (c == '{' || c == '[') ++open;
      if ((c == '}' || c == ']') && --open == 0) return;
    }
  }

  std::string_view rest_;
};

using rest_of_path = std::span<const std::string>;

// Every byte is passed once, however deep the path: a value on the path is followed before what stands behind it in its
// container is looked at. `thorough` reads on behind a match, to find a second one; recursion is then as deep as the
// text, whose depth was checked. Else it ends at the match.
class path_reader {
 public:
  path_reader(std::string_view text, bool thorough) : in_(text), thorough_(thorough) {}

  looked_up follow(rest_of_path path) {
    for (;; path = path.subspan(1)) {
      if (path.empty()) return here();
      const bool object = in_.peek() == '{';
      const auto index = in_.peek() == '[' ? array_index(path.front()) : std::nullopt;
      if (!object && !index) return over({});
      if (thorough_) return object ? member(path) : element(*index, path.subspan(1));
      if (object ? !enter_member(path.front()) : !enter_element(*index)) return {};
    }
  }

 private:
  looked_up here() {
    const char* const at = in_.rest().data();
    return over({looked_up::verdict::present, at});
  }
  looked_up over(looked_up found) {
    if (thorough_) in_.skip_value();
    return found;
  }
  /// To the next member's value; false: there is none.
  bool next_member(const std::string& name, bool& named) {
    in_.skip_white_space();
    if (in_.peek() != '"') return false;
    named = in_.take_name(name);
    if (!in_.take(':')) return false;
    in_.skip_white_space();
    return true;
  }
  bool enter_member(const std::string& name) {
    in_.take('{');
    for (bool named = false; next_member(name, named);) {
      if (named) return true;
      in_.skip_value();
      if (!in_.take(',')) return false;
    }
    return false;
  }
  bool enter_element(std::size_t index) {
    in_.take('[');
    for (;; --index) {
      in_.skip_white_space();
      if (in_.peek() == ']' || in_.rest().empty()) return false;
      if (index == 0) return true;
      in_.skip_value();
      if (!in_.take(',')) return false;
    }
  }
  looked_up member(rest_of_path path) {
    looked_up found;
    int times = 0;
    in_.take('{');
    for (bool named = false; next_member(path.front(), named);) {
      times += named ? 1 : 0;
      if (named && times == 2) found = {looked_up::verdict::duplicate, in_.rest().data()};
      if (named && times == 1)
        found = follow(path.subspan(1));
      else
        in_.skip_value();
      if (!in_.take(',')) break;
    }
    in_.take('}');
    return found;
  }
  looked_up element(std::size_t index, rest_of_path path) {
    looked_up found;
    if (enter_element(index)) {
      found = follow(path);
      while (in_.take(',')) {
        in_.skip_white_space();
        in_.skip_value();
      }
    }
    in_.take(']');
    return found;
  }

  reader in_;
  bool thorough_;
};

std::string_view kind_of(char first) noexcept {
  switch (first) {
    case '{': return "an object";
    case '[': return "an array";
    case 't':
    case 'f': return "a boolean";
    default: return "not JSON";
  }
}

key_verdict wrong(const char* at, std::string problem) { return {verdict::wrong, {}, at, std::move(problem)}; }

key_verdict string_key(std::string_view text, std::string_view pointer, batching::events& keep) {
  const string_extent here = string_at(text);
  if (here.length == 0) return {};
  const std::string_view inside = text.substr(1, here.length - 2);
  if (!here.escaped) return {verdict::found, inside, nullptr, {}};
  auto plain = unescaped(inside);
  if (plain) return {verdict::found, keep.keep(*std::move(plain)), nullptr, {}};
  return wrong(text.data(),
               "the key at " + std::string(pointer) + " holds half of a surrogate pair, which is not text");
}

}  // namespace

looked_up look_up(std::string_view text, const std::vector<std::string>& path, bool thorough) {
  return path_reader(text, thorough).follow(path);
}

key_verdict read_key(const looked_up& found, std::string_view pointer, const char* text_end, batching::events& keep) {
  if (found.what == looked_up::verdict::absent) return {};
  if (found.what == looked_up::verdict::duplicate)
    return wrong(found.at, "duplicate member: " + std::string(pointer) + " is there twice, so the key is a guess");
  const std::string_view text(found.at, static_cast<std::size_t>(text_end - found.at));
  if (text.empty()) return {};
  if (text[0] == '"') return string_key(text, pointer, keep);
  if (const std::size_t length = number_length(text)) return {verdict::found, text.substr(0, length), nullptr, {}};
  if (text.starts_with("null")) return {};
  return wrong(found.at, "the value at " + std::string(pointer) + " is " + std::string(kind_of(text[0])) +
                             "; a key is a string or a number");
}

key_verdict key_of(const key_finder& keys, std::string_view text, bool thorough, batching::events& keep) {
  const auto of = [&](std::size_t i) { return look_up(text, keys.paths()[i], thorough); };
  return first_key(keys, of, text.data() + text.size(), keep);
}

}  // namespace gateway::decode
