#include "gateway/app/key_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace gateway::app {
namespace {

/// A file descriptor that is closed, and with it its lock given up, at the end of its scope.
class descriptor {
 public:
  explicit descriptor(int number) noexcept : number_(number) {}
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

std::string why() { return std::strerror(errno); }

std::string folder_of(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : file.substr(0, slash);
}

bool write_all(int to, std::string_view text) {
  while (!text.empty()) {
    const ssize_t wrote = ::write(to, text.data(), text.size());
    if (wrote < 0 && errno != EINTR) return false;
    if (wrote > 0) text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return ::fsync(to) == 0;
}

std::string replace(const std::string& file, const std::string& text) {
  const std::string fresh = file + ".new";
  struct stat before {};
  const bool was_there = ::stat(file.c_str(), &before) == 0;
  const mode_t mode = was_there ? before.st_mode & S_IRGRP : 0;
  ::unlink(fresh.c_str());
  {
    const descriptor to(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!to) return fresh + " cannot be written: " + why();
    const bool is_owner_kept = !was_there || ::fchown(to.number(), before.st_uid, before.st_gid) == 0 ||
                               before.st_uid == ::geteuid();  // the group of somebody else's file may be lost
    if (!is_owner_kept || ::fchmod(to.number(), S_IRUSR | S_IWUSR | mode) != 0 || !write_all(to.number(), text))
      return fresh + " cannot be written: " + why();
  }
  if (::rename(fresh.c_str(), file.c_str()) != 0) return file + " cannot be replaced: " + why();
  const descriptor folder(::open(folder_of(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) ::fsync(folder.number());
  return {};
}

}  // namespace

boost::system::result<auth::key_table, auth::key_file_error> read_key_store(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return auth::key_file_error{file + " cannot be read: " + why()};
  std::ostringstream text;
  text << in.rdbuf();
  auto keys = auth::read_keys(text.str());
  if (!keys) return auth::key_file_error{file + ", " + keys.error().text};
  return keys;
}

std::string change_keys(const std::string& file, bool may_create,
                        const std::function<std::string(auth::key_table&)>& change) {
  const descriptor folder(::open(folder_of(file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return folder_of(file) + " cannot be opened: " + why();
  if (::flock(folder.number(), LOCK_EX) != 0) return folder_of(file) + " cannot be locked: " + why();
  auth::key_table keys;
  if (::access(file.c_str(), F_OK) == 0 || !may_create) {
    auto read = read_key_store(file);
    if (!read) return read.error().text;
    keys = std::move(*read);
  }
  if (std::string wrong = change(keys); !wrong.empty()) return wrong;
  return replace(file, auth::write_keys(keys));
}

}  // namespace gateway::app
