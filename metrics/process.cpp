#include "metrics/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace metrics {

namespace {

// /proc/self/stat: the fields behind the command name, which may itself hold spaces and parentheses. Numbers from
// proc(5).
constexpr std::size_t first_field = 3;
constexpr std::size_t num_threads = 20, starttime = 22, vsize = 23, rss = 24;
constexpr std::size_t fields_read = 25;

std::string read_file(const char* path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::array<std::uint64_t, fields_read> stat_fields() {
  std::array<std::uint64_t, fields_read> fields{};
  const std::string text = read_file("/proc/self/stat");
  std::size_t at = text.rfind(')');
  for (std::size_t field = first_field; at < text.size() && field < fields_read; ++field) {
    const std::size_t begin = text.find_first_not_of(' ', at + 1);
    if (begin == std::string::npos) break;
    at = std::min(text.find(' ', begin), text.size());
    std::from_chars(text.data() + begin, text.data() + at, fields[field]);
  }
  return fields;
}

double now_since(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

std::uint64_t count_fds() {
  std::error_code none;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", none), end; !none && it != end; it.increment(none))
    ++count;
  return count > 0 ? count - 1 : 0;  // without the one this listing needs
}

}  // namespace

process_state read_process() {
  const auto fields = stat_fields();
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  process_state state;
  state.cpu_seconds = now_since(CLOCK_PROCESS_CPUTIME_ID);
  state.resident_bytes = fields[rss] * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  state.virtual_bytes = fields[vsize];
  state.threads = fields[num_threads];
  state.open_fds = count_fds();
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) state.max_fds = files.rlim_cur;
  state.uptime_seconds = now_since(CLOCK_BOOTTIME) - static_cast<double>(fields[starttime]) / ticks;
  // Once: two clocks never agree twice, and a start time that moves looks like a restart.
  static const double started = now_since(CLOCK_REALTIME) - state.uptime_seconds;
  state.start_time_seconds = started;
  return state;
}

}  // namespace metrics
