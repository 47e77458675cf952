// The changes that SIGHUP would make: compares the settings in force with those of the file as it is now.
#pragma once

#include <string>
#include <vector>

#include "gateway/config/settings.h"

namespace gateway::config {

struct changes {
  std::vector<std::string> reloadable;     // paths; apply them
  std::vector<std::string> needs_restart;  // paths; log them (config_needs_restart) and go on as before
};

[[nodiscard]] changes compare(const settings& in_force, const settings& fresh);

/// Returns the settings in force after the reload: `in_force` with the reloadable options of `fresh`.
[[nodiscard]] settings merge_reloadable(settings in_force, const settings& fresh);

}  // namespace gateway::config
