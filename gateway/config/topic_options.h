// The options of one topic: rows for `topic_defaults` and each entry of `topics`. Used by option_table.cpp, and by
// auth_options.cpp, whose patterns are the same.
#pragma once

#include <string>
#include <vector>

#include "gateway/config/option_table.h"

namespace gateway::config {

[[nodiscard]] std::vector<topic_option> make_topic_options();

/// Returns what is wrong with a JSON pointer (RFC 6901); empty: nothing.
[[nodiscard]] std::string check_pointer(const std::string& text);

/// Returns what is wrong with a pattern of topics; empty: nothing.
[[nodiscard]] std::string check_topic_pattern(const std::string& text);

}  // namespace gateway::config
