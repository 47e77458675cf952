#include "gateway/decode/key_finder.h"

#include <algorithm>
#include <cassert>

#include "gateway/decode/text.h"

namespace gateway::decode {
namespace {

std::string unescaped_token(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) text += token[i] != '~' ? token[i] : token[++i] == '1' ? '/' : '~';
  return text;
}

std::vector<std::string> tokens_of(std::string_view pointer) {
  std::vector<std::string> tokens;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    tokens.push_back(unescaped_token(token));
    pointer.remove_prefix(token.size());
  }
  return tokens;
}

/// JSON cannot write it without an escape.
bool must_be_escaped(std::string_view name) noexcept {
  return std::ranges::any_of(name,
                             [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
}

plain_name plain(const std::string& name) {
  plain_name made{0, 0, name + '"'};
  char head[8] = {};
  char mask[8] = {};
  const std::size_t n = std::min<std::size_t>(8, made.text.size());
  std::copy_n(made.text.data(), n, head);
  std::fill_n(mask, n, '\xFF');
  made.head = load_8(head);
  made.mask = load_8(mask);
  return made;
}

}  // namespace

bool key_finder::is_pointer(std::string_view text) noexcept {
  if (text.empty()) return true;
  if (text.front() != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '~' && (i + 1 >= text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) return false;
  return true;
}

key_finder::key_finder(const std::vector<std::string>& pointers) : pointers_(pointers) {
  for (const std::string& pointer : pointers) {
    assert(is_pointer(pointer));
    paths_.push_back(tokens_of(pointer));
  }
  paths_are_plain_ =
      std::ranges::none_of(paths_, [](const auto& path) { return std::ranges::any_of(path, must_be_escaped); });
  const bool flat = std::ranges::all_of(paths_, [](const auto& path) { return path.size() == 1; });
  if (!flat || !paths_are_plain_ || paths_.size() > plain_names_max) return;
  for (const auto& path : paths_) plain_names_.push_back(plain(path[0]));
}

}  // namespace gateway::decode
