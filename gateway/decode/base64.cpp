#include "gateway/decode/base64.h"

#include <array>
#include <cstdint>

namespace gateway::decode {
namespace {

constexpr std::uint8_t none = 255;
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::uint8_t, 256> values = [] {
  std::array<std::uint8_t, 256> t{};
  t.fill(none);
  std::uint8_t next = 0;
  for (const char c : alphabet) t[static_cast<std::uint8_t>(c)] = next++;
  return t;
}();

}  // namespace

std::optional<std::string> from_base64(std::string_view text) {
  const bool padded = text.ends_with('=');
  if (padded && text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    const std::uint8_t v = values[static_cast<std::uint8_t>(c)];
    if (v == none) return std::nullopt;
    bits = bits << 6 | v;
    have += 6;
    if (have < 8) continue;
    have -= 8;
    bytes += static_cast<char>(bits >> have);
    bits &= (1U << have) - 1;
  }
  if (bits != 0) return std::nullopt;
  return bytes;
}

void append_base64(std::string& to, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view three = bytes.substr(0, 3);
    bytes.remove_prefix(three.size());
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < three.size() ? static_cast<std::uint8_t>(three[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) to += i <= three.size() ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
  }
}

}  // namespace gateway::decode
