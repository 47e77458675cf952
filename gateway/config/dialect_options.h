// The rows of a topic's rules that say how dialects map to records: REST Proxy keys, CloudEvents. Used by
// topic_options.cpp.
#pragma once

#include <vector>

#include "gateway/config/option_table.h"

namespace gateway::config {

[[nodiscard]] std::vector<topic_option> make_dialect_options();

}  // namespace gateway::config
