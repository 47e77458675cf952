#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "gateway/auth/authority.h"
#include "gateway/auth/http_get.h"

namespace gateway::auth {
namespace {

constexpr std::size_t bytes_max = 8 << 20;

class files_and_http final : public outside {
 public:
  document read(const std::string& file_or_address, const std::string& unless) override {
    return file_or_address.find("://") == std::string::npos ? file(file_or_address, unless) : address(file_or_address);
  }

 private:
  static document address(const std::string& url) {
    auto got = http_get(url, key_set::bytes_max, authority::patience);
    if (!got) return {{}, got.error().text, {}, false};
    return {std::move(*got), {}, {}, false};
  }

  static document file(const std::string& path, const std::string& unless) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return cannot();
    document out = contents(descriptor, unless);
    ::close(descriptor);
    return out;
  }

  static document contents(int descriptor, const std::string& unless) {
    struct stat about {};
    if (::fstat(descriptor, &about) != 0) return cannot();
    if (!S_ISREG(about.st_mode)) return {{}, "is no file", {}, false};
    document out;
    out.stamp = std::to_string(about.st_ino) + "." + std::to_string(about.st_size) + "." +
                std::to_string(about.st_mtim.tv_sec) + "." + std::to_string(about.st_mtim.tv_nsec) + "." +
                std::to_string(about.st_ctim.tv_nsec);
    out.is_open_to_others = (about.st_mode & (S_IROTH | S_IWOTH)) != 0;
    if (out.stamp == unless) return out;
    if (static_cast<std::size_t>(about.st_size) > bytes_max) return {{}, "is larger than 8 MiB", {}, false};
    out.text.resize(static_cast<std::size_t>(about.st_size));
    std::size_t have = 0;
    for (ssize_t got = 0; have < out.text.size(); have += static_cast<std::size_t>(got)) {
      got = ::read(descriptor, out.text.data() + have, out.text.size() - have);
      if (got < 0) return cannot();
      if (got == 0) break;
    }
    out.text.resize(have);
    return out;
  }

  static document cannot() { return {{}, std::string("cannot be read: ") + std::strerror(errno), {}, false}; }
};

}  // namespace

std::unique_ptr<outside> real_outside() { return std::make_unique<files_and_http>(); }

}  // namespace gateway::auth
