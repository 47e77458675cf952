// The options of one topic: rows for `topic_defaults` and each entry of `topics`. Used by option_table.cpp only.
#pragma once

#include <vector>

#include "gateway/config/option_table.h"

namespace gateway::config {

[[nodiscard]] std::vector<topic_option> make_topic_options();

}  // namespace gateway::config
