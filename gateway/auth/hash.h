// SHA-256 and HMAC-SHA-256, comparison in constant time, and random text, all OpenSSL's. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::auth {

using digest = std::array<unsigned char, 32>;

/// Of the parts one after the other.
[[nodiscard]] digest sha256(std::initializer_list<std::string_view> parts);
/// Of the parts one after the other. nullopt: OpenSSL refuses (a key too short for its FIPS rules, no memory).
[[nodiscard]] std::optional<digest> hmac_sha256(std::string_view secret, std::initializer_list<std::string_view> parts);
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] std::string random_bytes(std::size_t count);
/// Each character one of `alphabet`, all equally likely.
[[nodiscard]] std::string random_text(std::size_t count, std::string_view alphabet);

[[nodiscard]] inline std::string_view view_of(const digest& d) noexcept {
  return {reinterpret_cast<const char*>(d.data()), d.size()};
}

struct digest_hash {
  [[nodiscard]] std::size_t operator()(const digest& d) const noexcept {
    std::size_t out = 0;
    for (std::size_t i = 0; i < sizeof out; ++i) out = out << 8 | d[i];
    return out;
  }
};

}  // namespace gateway::auth
