// CRC-32C for the frame generator: the processor's instruction on x86-64, a table elsewhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace bench::generators {

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) inline std::uint32_t crc32c(std::uint32_t crc, const char* data, std::size_t bytes) {
  std::uint64_t c = crc;
  for (; bytes >= 8; bytes -= 8, data += 8) {
    std::uint64_t word;
    std::memcpy(&word, data, 8);
    c = _mm_crc32_u64(c, word);
  }
  auto c32 = static_cast<std::uint32_t>(c);
  for (; bytes > 0; --bytes, ++data) c32 = _mm_crc32_u8(c32, static_cast<unsigned char>(*data));
  return c32;
}
#else
inline std::uint32_t crc32c(std::uint32_t crc, const char* data, std::size_t bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> t{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t c = i;
      for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ (c & 1U ? 0x82F63B78U : 0U);
      t[i] = c;
    }
    return t;
  }();
  for (; bytes > 0; --bytes, ++data) crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(*data)) & 0xffU];
  return crc;
}
#endif

/// Writes the checksum of a whole frame into its header: the first 8 bytes, then the payload.
inline void stamp_checksum(char* frame, std::size_t bytes) {
  const std::uint32_t c = ~crc32c(crc32c(0xffffffffU, frame, 8), frame + 12, bytes - 12);
  std::memcpy(frame + 8, &c, sizeof c);
}

}  // namespace bench::generators
