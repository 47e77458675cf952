// The only way from a draft to settings: sets what was written, fills in what was not, and checks what must hold
// together.
#pragma once

#include <boost/system/result.hpp>
#include <vector>

#include "gateway/config/draft.h"
#include "gateway/config/processors.h"
#include "gateway/config/settings.h"

namespace gateway::config {

/// Settings, or everything that is wrong, in the order of the file.
[[nodiscard]] boost::system::result<settings, std::vector<config_error>> finalize(
    const draft& from, const processors& usable = usable_processors());

}  // namespace gateway::config
