// From a command to a draft: reads the file, then lays the command line's values over it. Never fails: what goes wrong
// is in draft::errors, so that finalize() can name it beside everything else.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "gateway/config/command_line.h"
#include "gateway/config/draft.h"

namespace gateway::config {

/// Looks up an environment variable. The process's own is environment() (environment.h); tests bring theirs.
using environment_lookup = std::function<std::optional<std::string>(const std::string& name)>;

[[nodiscard]] draft load(const command& from);
[[nodiscard]] draft load(const command& from, const environment_lookup& environment);

}  // namespace gateway::config
