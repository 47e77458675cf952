// Bytes that no codec shrinks, the same each time.
#pragma once

#include <cstddef>
#include <string>

namespace tests {

inline std::string noise(std::size_t bytes) {
  std::string out;
  for (unsigned x = 1; out.size() < bytes;) out.push_back(static_cast<char>((x = x * 1664525 + 1013904223) >> 24));
  return out;
}

}  // namespace tests
