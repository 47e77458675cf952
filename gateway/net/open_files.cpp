#include "gateway/net/open_files.h"

#include <sys/resource.h>

namespace gateway::net {

std::uint64_t raise_open_file_limit() noexcept {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
  rlimit raised = files;
  raised.rlim_cur = files.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : files.rlim_cur;
}

std::string open_files_shortage(std::uint64_t limit, std::uint64_t connections_max) {
  const std::uint64_t wanted = connections_max + open_files_reserve;
  if (limit >= wanted) return {};
  return "the process may open " + std::to_string(limit) + " files, and limits.connections_max of " +
         std::to_string(connections_max) + " needs " + std::to_string(wanted);
}

}  // namespace gateway::net
