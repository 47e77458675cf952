#include "batching/files/file_mark.h"

#include <sys/stat.h>

namespace batching::files {

file_mark mark_of(const std::string& path) {
  struct stat s {};
  if (path.empty() || ::stat(path.c_str(), &s) != 0) return {};
  return {s.st_ino, s.st_size, s.st_mtim.tv_sec * std::int64_t{1'000'000'000} + s.st_mtim.tv_nsec};
}

}  // namespace batching::files
