// A snapshot as text for Prometheus: format 0.0.4 (by prometheus-cpp) or OpenMetrics 1.0, whichever the scraper
// prefers. Called by the admin listener for GET /metrics.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <string_view>
#include <vector>

#include "metrics/snapshot.h"

namespace metrics {

struct exposition {
  std::string_view content_type;
  std::string body;
};

/// `accept`: the request's Accept header, empty where there is none.
[[nodiscard]] exposition render(const snapshot& state, std::string_view accept);

/// Whether an Accept header prefers OpenMetrics to the text format.
[[nodiscard]] bool prefers_openmetrics(std::string_view accept) noexcept;

/// Every family of the catalogue that has something to say, in the catalogue's order.
[[nodiscard]] std::vector<prometheus::MetricFamily> families(const snapshot& state);

[[nodiscard]] std::string to_text(const std::vector<prometheus::MetricFamily>& list);
[[nodiscard]] std::string to_openmetrics(const std::vector<prometheus::MetricFamily>& list);

}  // namespace metrics
