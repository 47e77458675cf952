// Java's murmur2, written again here: the references share no line with what is measured against them.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace bench::references {

inline std::uint32_t murmur2(std::string_view key) noexcept {
  constexpr std::uint32_t m = 0x5bd1e995;
  std::uint32_t h = 0x9747b28cU ^ static_cast<std::uint32_t>(key.size());
  const char* p = key.data();
  std::size_t left = key.size();
  for (; left >= 4; left -= 4, p += 4) {
    std::uint32_t k;
    std::memcpy(&k, p, 4);
    k *= m;
    k ^= k >> 24;
    k *= m;
    h = h * m ^ k;
  }
  const auto byte = [p](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(p[i])); };
  if (left >= 3) h ^= byte(2) << 16;
  if (left >= 2) h ^= byte(1) << 8;
  if (left >= 1) h = (h ^ byte(0)) * m;
  h = (h ^ (h >> 13)) * m;
  return h ^ (h >> 15);
}

inline std::int32_t partition_of(std::string_view key, std::int32_t partitions) noexcept {
  return static_cast<std::int32_t>(murmur2(key) & 0x7fffffffU) % partitions;
}

}  // namespace bench::references
