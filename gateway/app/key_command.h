// `headgate key new|list|revoke`: changes the file of API keys, which a running gateway reads again by itself. Prints;
// main calls it.
#pragma once

#include "gateway/config/command_line.h"

namespace gateway::app {

/// The exit code: 0, or 1 with one line on stderr.
[[nodiscard]] int run_key_command(const config::command& from);

}  // namespace gateway::app
