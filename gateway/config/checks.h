// The rules that must hold between options, each with its argument. Used by finalize() only.
#pragma once

#include <vector>

#include "batching/batch.h"
#include "gateway/config/draft.h"
#include "gateway/config/settings.h"

namespace gateway::config {

inline constexpr std::uint64_t event_overhead_bytes = batching::batch::record_overhead_bytes;

/// Adds one error for each thing that cannot hold together. Options with an error of their own are left out.
void check_together(const draft& from, const settings& s, std::vector<config_error>& errors);

}  // namespace gateway::config
