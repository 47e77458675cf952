// Describes the build and what it really runs with, for --version and headgate_build_info.
#pragma once

#include <string>
#include <string_view>

namespace gateway::app::build_info {

extern const std::string_view version;
extern const std::string_view commit;  // short hash, `+` behind it when the tree had changes; "unknown" without git
extern const std::string_view compiler;

/// Versions of the libraries in this process, not of the headers it was compiled against.
[[nodiscard]] std::string librdkafka();
/// The lines of `headgate --version`.
[[nodiscard]] std::string text();

}  // namespace gateway::app::build_info
