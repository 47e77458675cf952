// The numbers behind the status page, as JSON: counters as they are (the page makes rates of them), names instead of
// positions. For the page, not an interface: it may change with any version. Metrics are the interface.
#pragma once

#include <cstddef>
#include <string>

#include "metrics/snapshot.h"

namespace gateway::api::admin {

/// The page shows at most these many topics (those with most events) and pairs of consumer group and topic (by name).
inline constexpr std::size_t status_topics_max = 200;
inline constexpr std::size_t status_lags_max = 200;

[[nodiscard]] std::string status_json(const metrics::snapshot& state);

}  // namespace gateway::api::admin
