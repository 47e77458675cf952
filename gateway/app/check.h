// `headgate check`: settings that are right in themselves, against the Kafka they name.
#pragma once

#include <string>
#include <vector>

#include "gateway/config/settings.h"

namespace gateway::app {

/// Everything that is wrong, one line each; empty: Kafka answers and has what the settings need. Takes at most half
/// a minute.
[[nodiscard]] std::vector<std::string> check_kafka(const config::settings& settings);

}  // namespace gateway::app
