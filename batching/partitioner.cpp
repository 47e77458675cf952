#include "batching/partitioner.h"

#include <cstring>

namespace batching {

// The constants and the order of operations are those of org.apache.kafka.common.utils.Utils.murmur2.
std::uint32_t murmur2(std::string_view key) noexcept {
  constexpr std::uint32_t seed = 0x9747b28c;
  constexpr std::uint32_t m = 0x5bd1e995;
  constexpr int r = 24;

  const char* p = key.data();
  std::size_t left = key.size();
  std::uint32_t h = seed ^ static_cast<std::uint32_t>(key.size());
  for (; left >= 4; p += 4, left -= 4) {
    std::uint32_t k;
    std::memcpy(&k, p, 4);
    k *= m;
    k ^= k >> r;
    k *= m;
    h *= m;
    h ^= k;
  }
  const auto byte = [p](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(p[i])); };
  switch (left) {
    case 3: h ^= byte(2) << 16; [[fallthrough]];
    case 2: h ^= byte(1) << 8; [[fallthrough]];
    case 1: h ^= byte(0); h *= m;
  }
  h ^= h >> 13;
  h *= m;
  h ^= h >> 15;
  return h;
}

}  // namespace batching
