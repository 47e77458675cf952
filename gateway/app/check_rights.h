// Rights and patterns that work and hardly mean what their writer meant: tenants that nobody can be, patterns that no
// topic or too many match. For `headgate check`, and said at start. Reads the file of API keys.
#pragma once

#include <string>
#include <vector>

#include "gateway/app/finding.h"
#include "gateway/config/settings.h"

namespace gateway::app {

[[nodiscard]] findings check_rights(const config::settings& s);

/// Tenants' patterns that match none of Kafka's topics.
[[nodiscard]] findings check_patterns(const config::settings& s, const std::vector<std::string>& topics);

/// Logs the start's warnings about the listeners' side: check_rights(), check_tls_secrets() and
/// check_peers(), as log lines.
void tell_weaknesses(const config::settings& s);

}  // namespace gateway::app
