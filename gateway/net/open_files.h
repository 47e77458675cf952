// The bound on the process's open files, sockets included: raised as far as the system allows at start, and compared
// with what the configuration promises. Called by app before anything listens.
#pragma once

#include <cstdint>
#include <string>

namespace gateway::net {

/// Beside the clients' connections: Kafka's, the listeners, the log, what lanes and librdkafka keep for themselves.
inline constexpr std::uint64_t open_files_reserve = 256;

/// Raises the soft limit (RLIMIT_NOFILE) to the hard one and returns what is in force now.
std::uint64_t raise_open_file_limit() noexcept;

/// Empty where `limit` holds so many connections and the reserve; else a line that names both numbers.
[[nodiscard]] std::string open_files_shortage(std::uint64_t limit, std::uint64_t connections_max);

}  // namespace gateway::net
