#include "loadgen/events/checksum.h"

#include <cstring>

namespace loadgen::events {

namespace {

__extension__ using wide = unsigned __int128;

constexpr std::uint64_t key_a = 0x9e3779b97f4a7c15;
constexpr std::uint64_t key_b = 0xc2b2ae3d27d4eb4f;

std::uint64_t load(const char* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const wide product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

std::uint32_t checksum(std::string_view bytes) {
  // Two independent chains of multiplications: one alone would wait for the multiplier's latency.
  std::uint64_t first = key_a ^ bytes.size();
  std::uint64_t second = key_b + bytes.size();
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 32; left -= 32, at += 32) {
    first = fold(load(at) ^ key_a, load(at + 8) ^ first);
    second = fold(load(at + 16) ^ key_b, load(at + 24) ^ second);
  }
  char tail[32] = {};
  if (left > 0) std::memcpy(tail, at, left);
  first = fold(load(tail) ^ key_a, load(tail + 8) ^ first);
  second = fold(load(tail + 16) ^ key_b, load(tail + 24) ^ second);
  const std::uint64_t both = fold(first ^ key_b, second ^ key_a);
  return static_cast<std::uint32_t>(both ^ (both >> 32));
}

}  // namespace loadgen::events
