// The rows of a topic's rules that say what a record gets beside its value: headers, timestamp, envelope, signature;
// and what may stand in a route. Used by topic_options.cpp and finalize.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gateway/config/option_table.h"

namespace gateway::config {

inline constexpr std::size_t header_patterns_max = 32;
inline constexpr std::size_t route_types_max = 100;

[[nodiscard]] std::vector<topic_option> make_record_options();

/// Returns what is wrong with a route's topic; empty: nothing.
[[nodiscard]] std::string check_route_topic(const std::string& text);

}  // namespace gateway::config
