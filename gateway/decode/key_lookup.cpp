#include "gateway/decode/key_lookup.h"

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

looked_up member(std::string_view object, const std::string& name, bool thorough) {
  looked_up found;
  reader in(object);
  in.take('{');
  for (;;) {
    in.skip_white_space();
    if (in.peek() != '"') return found;
    const bool named = in.take_name(name);
    if (!in.take(':')) return found;
    in.skip_white_space();
    if (named) {
      const bool again = found.what != looked_up::verdict::absent;
      found = {again ? looked_up::verdict::duplicate : looked_up::verdict::present, in.rest().data()};
      if (again || !thorough) return found;
    }
    in.skip_value();
    if (!in.take(',')) return found;
  }
}

looked_up element(std::string_view array, const std::string& token) {
  const auto index = array_index(token);
  if (!index) return {};
  reader in(array);
  in.take('[');
  for (std::size_t left = *index;; --left) {
    in.skip_white_space();
    if (in.peek() == ']' || in.rest().empty()) return {};
    if (left == 0) return {looked_up::verdict::present, in.rest().data()};
    in.skip_value();
    if (!in.take(',')) return {};
  }
}

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
  const char* const end = text.data() + text.size();
  looked_up found{looked_up::verdict::present, text.data()};
  for (const std::string& token : path) {
    const std::string_view rest(found.at, static_cast<std::size_t>(end - found.at));
    if (rest.starts_with('{')) {
      found = member(rest, token, thorough);
    } else if (rest.starts_with('[')) {
      found = element(rest, token);
    } else {
      return {};
    }
    if (found.what != looked_up::verdict::present) return found;
  }
  return found;
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
