// A file that holds one secret and nothing else, as supervisors mount them. Any thread; reads the file at each call, so
// that a new secret needs no restart.
#pragma once

#include <cstddef>
#include <string>

namespace batching::files {

inline constexpr std::size_t secret_bytes_max = 64 * 1024;

struct secret {
  std::string value;
  std::string failure;  // one sentence for people: the file, and what is wrong with it; empty: all is well
};

/// Without the line breaks at its end.
[[nodiscard]] secret read_secret(const std::string& path);

}  // namespace batching::files
