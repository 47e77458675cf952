// A running projector's pages: metrics for Prometheus, a status as JSON, whether it is well. Pure but for the clock
// that is a parameter. Used by the status server; docs/read-models.md lists the metrics.
#pragma once

#include <cstdint>
#include <string>

#include "readmodel/cassandra/counters.h"
#include "readmodel/project/progress.h"

namespace readmodel::app {

struct shown {
  std::string projection;
  std::string topic;
  const project::progress* progress = nullptr;
  const cassandra::counters* session = nullptr;
};

struct lag {
  std::int64_t events = 0;
  double seconds = 0;  // since the last event that was folded; 0 where nothing is left
};

[[nodiscard]] lag lag_of(const project::partition_progress& one, std::int64_t now_ms) noexcept;

[[nodiscard]] std::string metrics_page(const shown& of, std::int64_t now_ms);
[[nodiscard]] std::string status_page(const shown& of, std::int64_t now_ms);
/// Cassandra answers, and no trouble stands.
[[nodiscard]] bool is_well(const shown& of);

}  // namespace readmodel::app
