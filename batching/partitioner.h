// Key -> partition exactly as the Java client does it: murmur2 with its seed, made non-negative, modulo the count.
// Golden vectors from the real kafka-clients: tests/batching/murmur2_vectors.txt.
#pragma once

#include <cstdint>
#include <string_view>

namespace batching {

[[nodiscard]] std::uint32_t murmur2(std::string_view key) noexcept;

/// `partitions` > 0.
[[nodiscard]] inline std::int32_t partition_of(std::string_view key, std::int32_t partitions) noexcept {
  return static_cast<std::int32_t>(murmur2(key) & 0x7fffffffU) % partitions;
}

}  // namespace batching
