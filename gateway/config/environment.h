// The one place that reads the process's environment: HEADGATE_CONFIG, and what the file names as ${env:NAME}.
#pragma once

#include <optional>
#include <string>

namespace gateway::config {

[[nodiscard]] std::optional<std::string> environment(const std::string& name);

}  // namespace gateway::config
