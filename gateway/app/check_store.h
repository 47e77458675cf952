// Checks that Kafka is set up for the settings' store topics, for `headgate check`. While the gateway runs,
// topic_watch.h asks.
#pragma once

#include <vector>

#include "gateway/config/settings.h"
#include "store/topic_check.h"

namespace gateway::app {

/// Empty where there is no store topic, or all is well. Only topics that are named, not patterns. Blocks for some
/// seconds at most.
[[nodiscard]] std::vector<store::topic_finding> check_store(const config::settings& settings);

}  // namespace gateway::app
