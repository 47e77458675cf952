// "Did you mean": the known name that is nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gateway::config {

/// Empty where nothing is near. A known path whose last part is exactly the mistyped one counts as nearest.
[[nodiscard]] std::string nearest(std::string_view mistyped, const std::vector<std::string>& known);

}  // namespace gateway::config
