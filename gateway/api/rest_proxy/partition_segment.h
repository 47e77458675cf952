// Reads the partition's number that a path of either version names. Pure; used by listings and by produce requests.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace gateway::api::rest_proxy {

/// nullopt: it is no number, or below 0.
[[nodiscard]] inline std::optional<std::int32_t> partition_in_path(std::string_view segment) noexcept {
  std::int32_t n = -1;
  const auto [end, error] = std::from_chars(segment.data(), segment.data() + segment.size(), n);
  if (error != std::errc{} || end != segment.data() + segment.size() || n < 0) return std::nullopt;
  return n;
}

}  // namespace gateway::api::rest_proxy
