// `headgate check`: settings that are right in themselves, against the Kafka they name.
#pragma once

#include "gateway/app/finding.h"
#include "gateway/config/settings.h"

namespace gateway::app {

/// Nothing fatal: Kafka answers and has what the settings need. Takes at most half a minute.
[[nodiscard]] findings check_kafka(const config::settings& settings);

}  // namespace gateway::app
