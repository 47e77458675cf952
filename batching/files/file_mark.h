// A file as it stands in its folder: two marks that are alike mean that nobody has touched it. By these, renewed
// certificates and keys are noticed. Any thread; reads no contents.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace batching::files {

/// All 0: the file is not there.
struct file_mark {
  ino_t inode = 0;
  off_t bytes = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const file_mark&) const = default;
};

/// Links are followed, as mounted secrets are made of them. An empty path is a file that is not there.
[[nodiscard]] file_mark mark_of(const std::string& path);

}  // namespace batching::files
