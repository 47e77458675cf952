#pragma once

// CPU time of processes from /proc: the load generator's own, the server's when it runs on this machine, and how busy
// the machine is as a whole.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace loadgen::measure {

/// User and system time of a process with all its threads; empty when it is gone or hidden from us.
std::optional<std::chrono::nanoseconds> cpu_of(std::int64_t pid);

/// CPU time of the calling thread.
std::chrono::nanoseconds thread_cpu();

/// The process that listens on this TCP port of this machine.
std::optional<std::int64_t> listener_on(std::uint16_t port);

/// Busy time of all cores together since boot.
std::chrono::nanoseconds machine_busy();
unsigned machine_cores();

std::string command_of(std::int64_t pid);

}  // namespace loadgen::measure
