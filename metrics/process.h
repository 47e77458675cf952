// The kernel's figures for this process, from /proc/self. Called by the application's collector at each scrape.
#pragma once

#include "metrics/snapshot.h"

namespace metrics {

/// Numbers that cannot be read are 0.
[[nodiscard]] process_state read_process();

}  // namespace metrics
