// Reads a reference token of a JSON pointer as the index of an array's element (RFC 6901, section 4).
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>

namespace gateway::decode {

/// nullopt: no index ("-", leading zeros, signs, or too large for any array).
[[nodiscard]] inline std::optional<std::size_t> array_index(const std::string& token) noexcept {
  std::size_t index = 0;
  const char* const end = token.data() + token.size();
  const auto [read, error] = std::from_chars(token.data(), end, index);
  if (error != std::errc() || read != end || (token.size() > 1 && token[0] == '0')) return std::nullopt;
  return index;
}

}  // namespace gateway::decode
