#include "batching/files/secret_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace batching::files {

secret read_secret(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(secret_bytes_max + 1, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) return {{}, "the file " + path + " cannot be read: " + std::strerror(errno)};
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > secret_bytes_max) return {{}, "the file " + path + " is larger than 64 KiB: it holds no secret"};
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (text.empty()) return {{}, "the file " + path + " is empty"};
  return {std::move(text), {}};
}

}  // namespace batching::files
