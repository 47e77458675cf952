#include "batching/crc32c.h"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

namespace batching {
namespace {

using table = std::array<std::uint32_t, 256>;

constexpr table byte_table() {
  table t{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ ((c & 1U) != 0 ? 0x82f63b78U : 0U);
    t[i] = c;
  }
  return t;
}

// sliced[k][b]: byte b followed by k zero bytes, so that eight bytes are looked up independently of each other.
constexpr std::array<table, 8> sliced_tables() {
  std::array<table, 8> t{};
  t[0] = byte_table();
  for (std::size_t k = 1; k < 8; ++k)
    for (std::size_t i = 0; i < 256; ++i) t[k][i] = (t[k - 1][i] >> 8) ^ t[0][t[k - 1][i] & 0xffU];
  return t;
}
constexpr std::array<table, 8> sliced = sliced_tables();

std::uint64_t load8(const char* p) noexcept {
  std::uint64_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

std::uint32_t portable(std::uint32_t c, const char* p, std::size_t n) noexcept {
  for (; n >= 8; n -= 8, p += 8) {
    const std::uint64_t v = load8(p) ^ c;
    c = 0;
    for (std::size_t k = 0; k < 8; ++k) c ^= sliced[7 - k][(v >> (8 * k)) & 0xffU];
  }
  for (; n > 0; --n, ++p) c = (c >> 8) ^ sliced[0][(c ^ static_cast<unsigned char>(*p)) & 0xffU];
  return c;
}

#if defined(__x86_64__) || (defined(__aarch64__) && defined(__ARM_FEATURE_CRC32))

// Going over `zeros` zero bytes is linear in the register: one table a register byte does it in four look-ups. That is
// how the three streams' registers are put together.
using skip_tables = std::array<table, 4>;

constexpr skip_tables tables_over(std::size_t zeros) {
  const table bytes = byte_table();
  std::array<std::uint32_t, 32> basis{};
  for (std::size_t bit = 0; bit < 32; ++bit) {
    std::uint32_t c = std::uint32_t{1} << bit;
    for (std::size_t i = 0; i < zeros; ++i) c = (c >> 8) ^ bytes[c & 0xffU];
    basis[bit] = c;
  }
  skip_tables t{};
  for (std::size_t byte = 0; byte < 4; ++byte)
    for (std::size_t value = 0; value < 256; ++value)
      for (std::size_t bit = 0; bit < 8; ++bit)
        if (((value >> bit) & 1U) != 0) t[byte][value] ^= basis[8 * byte + bit];
  return t;
}

template <std::size_t Zeros>
constexpr skip_tables skip = tables_over(Zeros);

template <std::size_t Zeros>
std::uint32_t over(std::uint32_t c) noexcept {
  const skip_tables& t = skip<Zeros>;
  return t[0][c & 0xffU] ^ t[1][(c >> 8) & 0xffU] ^ t[2][(c >> 16) & 0xffU] ^ t[3][c >> 24];
}

#if defined(__x86_64__)
#define HEADGATE_CRC_TARGET __attribute__((target("sse4.2")))
HEADGATE_CRC_TARGET inline std::uint64_t step8(std::uint64_t c, const char* p) noexcept {
  return _mm_crc32_u64(c, load8(p));
}
HEADGATE_CRC_TARGET inline std::uint32_t step1(std::uint32_t c, const char* p) noexcept {
  return _mm_crc32_u8(c, static_cast<unsigned char>(*p));
}
bool has_instruction() noexcept { return __builtin_cpu_supports("sse4.2") != 0; }
#else
#define HEADGATE_CRC_TARGET
inline std::uint64_t step8(std::uint64_t c, const char* p) noexcept {
  return __crc32cd(static_cast<std::uint32_t>(c), load8(p));
}
inline std::uint32_t step1(std::uint32_t c, const char* p) noexcept {
  return __crc32cb(c, static_cast<unsigned char>(*p));
}
bool has_instruction() noexcept { return true; }
#endif

template <std::size_t Stream>
HEADGATE_CRC_TARGET std::uint32_t three_streams(std::uint32_t c, const char*& p, std::size_t& n) noexcept {
  while (n >= 3 * Stream) {
    std::uint64_t a = c, b = 0, d = 0;
    for (std::size_t i = 0; i < Stream; i += 8) {
      a = step8(a, p + i);
      b = step8(b, p + Stream + i);
      d = step8(d, p + 2 * Stream + i);
    }
    b ^= over<Stream>(static_cast<std::uint32_t>(a));
    c = static_cast<std::uint32_t>(d) ^ over<Stream>(static_cast<std::uint32_t>(b));
    p += 3 * Stream;
    n -= 3 * Stream;
  }
  return c;
}

HEADGATE_CRC_TARGET std::uint32_t accelerated(std::uint32_t c, const char* p, std::size_t n) noexcept {
  c = three_streams<1024>(c, p, n);
  c = three_streams<64>(c, p, n);
  for (; n >= 8; n -= 8, p += 8) c = static_cast<std::uint32_t>(step8(c, p));
  for (; n > 0; --n, ++p) c = step1(c, p);
  return c;
}

#else

bool has_instruction() noexcept { return false; }
std::uint32_t accelerated(std::uint32_t c, const char* p, std::size_t n) noexcept { return portable(c, p, n); }

#endif

const bool instruction = has_instruction();

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) noexcept {
  if (!instruction) return crc32c_portable(bytes, before);
  return ~accelerated(~before, bytes.data(), bytes.size());
}

std::uint32_t crc32c_portable(std::string_view bytes, std::uint32_t before) noexcept {
  return ~portable(~before, bytes.data(), bytes.size());
}

}  // namespace batching
