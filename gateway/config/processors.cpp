#include "gateway/config/processors.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>
#include <thread>
#include <vector>

namespace gateway::config {
namespace {

constexpr std::size_t processors_max = 8192;       // what an affinity mask is read for
constexpr std::int64_t period_us_max = 1'000'000;  // the kernel's own bound
constexpr std::int64_t used_us_max = period_us_max * static_cast<std::int64_t>(processors_max);

struct quota {
  std::int64_t used_us = 0;
  std::int64_t period_us = 0;
  std::string from;

  [[nodiscard]] std::uint32_t count() const noexcept {
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>((used_us + period_us - 1) / period_us, 1, processors_max));
  }
  [[nodiscard]] bool is_less_than(const quota& other) const noexcept {
    return used_us * other.period_us < other.used_us * period_us;
  }
};

/// A mounted hierarchy of groups, and our group in it.
struct hierarchy {
  bool is_v2 = false;
  std::string mount;  // /sys/fs/cgroup
  std::string group;  // below the mount: "", or "/kubepods/pod1"
};

std::vector<std::string> words(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), {}};
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

bool lists(std::string_view names, std::string_view wanted) {
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t comma = std::min(names.find(',', at), names.size());
    if (names.substr(at, comma - at) == wanted) return true;
    at = comma + 1;
  }
  return false;
}

/// /proc/self/cgroup: "0::/group" is v2's, "4:cpu,cpuacct:/group" v1's.
std::optional<std::string> group_of(const std::string& text, bool v2) {
  for (const std::string& line : lines(text)) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (v2 ? controllers.empty() && line.starts_with("0:") : lists(controllers, "cpu")) return line.substr(second + 1);
  }
  return {};
}

/// The group's place below the mount: a container often sees its own group as the mount's root.
std::string below(const std::string& root, const std::string& group) {
  if (root == "/") return group == "/" ? "" : group;
  const bool within = group.starts_with(root) && (group.size() == root.size() || group[root.size()] == '/');
  return within ? group.substr(root.size()) : std::string();
}

/// /proc/self/mountinfo: "31 24 0:27 ROOT MOUNT options - cgroup2 cgroup2 super-options".
std::vector<hierarchy> hierarchies(const file_reader& read) {
  std::vector<hierarchy> found;
  const std::string groups = read("/proc/self/cgroup").value_or("");
  for (const std::string& line : lines(read("/proc/self/mountinfo").value_or(""))) {
    const std::vector<std::string> w = words(line);
    const auto dash = std::ranges::find(w, "-");
    if (w.size() < 5 || w.end() - dash < 4) continue;
    const bool v2 = dash[1] == "cgroup2";
    if (!v2 && (dash[1] != "cgroup" || !lists(dash[3], "cpu"))) continue;
    if (const auto group = group_of(groups, v2)) found.push_back({v2, w[4], below(w[3], *group)});
  }
  return found;
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::optional<quota> made(const std::vector<std::string>& used_and_period, const std::string& from) {
  if (used_and_period.size() < 2) return {};
  const auto used = number(used_and_period[0]);  // "max" and -1: none
  const auto period = number(used_and_period[1]);
  if (!used || !period || *used <= 0 || *used > used_us_max || *period <= 0 || *period > period_us_max) return {};
  return quota{*used, *period, from};
}

std::optional<quota> quota_in(const std::string& folder, bool v2, const file_reader& read) {
  if (v2) return made(words(read(folder + "/cpu.max").value_or("")), folder + "/cpu.max");
  const std::string file = folder + "/cpu.cfs_quota_us";
  return made(words(read(file).value_or("") + " " + read(folder + "/cpu.cfs_period_us").value_or("")), file);
}

/// The tightest of the group's own quota and those of the groups around it.
std::optional<quota> tightest(const file_reader& read) {
  std::optional<quota> least;
  for (const hierarchy& h : hierarchies(read)) {
    std::string group = h.group;
    for (;;) {
      const auto found = quota_in(h.mount + group, h.is_v2, read);
      if (found && (!least || found->is_less_than(*least))) least = found;
      if (group.empty()) break;
      group.resize(group.rfind('/') == std::string::npos ? 0 : group.rfind('/'));
    }
  }
  return least;
}

std::uint32_t affinity() {
  cpu_set_t* const mask = CPU_ALLOC(processors_max);
  const std::size_t bytes = CPU_ALLOC_SIZE(processors_max);
  int count = 0;
  if (mask != nullptr && sched_getaffinity(0, bytes, mask) == 0) count = CPU_COUNT_S(bytes, mask);
  CPU_FREE(mask);
  return count > 0 ? static_cast<std::uint32_t>(count) : std::max(1U, std::thread::hardware_concurrency());
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream in(path);
  if (!in) return {};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

processors usable_processors(std::uint32_t affinity, const file_reader& read) {
  const std::uint32_t runs_on = std::max(1U, affinity);
  const auto quota = tightest(read);
  if (!quota || quota->count() >= runs_on)
    return {runs_on, std::to_string(runs_on) + " by the affinity mask; no CPU quota is below it"};
  return {quota->count(), std::to_string(quota->count()) + " by the CPU quota " + std::to_string(quota->used_us) + "/" +
                              std::to_string(quota->period_us) + " of " + quota->from};
}

processors usable_processors() { return usable_processors(affinity(), read_file); }

}  // namespace gateway::config
