// Counts the processors this process may use: the machine's, less what the affinity mask and the CPU quota of its
// container (cgroup v1 and v2, of every enclosing group) leave. Pure but for the files, which the caller reads; used
// for the default of `lanes`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace gateway::config {

struct processors {
  std::uint32_t count = 1;  // at least 1; a quota of 1.5 counts as 2
  std::string reason;       // for a person: "2 by the CPU quota 150000/100000 of /sys/fs/cgroup/shop/cpu.max"
};

/// A file's content; nullopt: there is none, or it cannot be read.
using file_reader = std::function<std::optional<std::string>(const std::string& path)>;

/// `affinity`: how many processors the kernel may run us on. Reads /proc/self/cgroup, /proc/self/mountinfo and the
/// groups' own files; what is missing or cannot be understood limits nothing.
[[nodiscard]] processors usable_processors(std::uint32_t affinity, const file_reader& read);

/// Of this process, now.
[[nodiscard]] processors usable_processors();

}  // namespace gateway::config
