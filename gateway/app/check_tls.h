// The TLS of the listeners as `headgate check` sees it: files that cannot be used, certificates that are over, keys
// that others may read. Reads files; the start says what check_tls_secrets() finds.
#pragma once

#include <chrono>

#include "gateway/app/finding.h"
#include "gateway/config/settings.h"

namespace gateway::app {

[[nodiscard]] findings check_tls(const config::settings& s, std::chrono::system_clock::time_point now);

/// Keys and secrets of TLS that every user of this machine may read.
[[nodiscard]] findings check_tls_secrets(const config::settings& s);

}  // namespace gateway::app
