// The checks of what must hold together in `auth`, `tenants` and the listeners' addresses. Called by finalize() only.
#pragma once

#include <vector>

#include "gateway/config/draft.h"
#include "gateway/config/settings.h"

namespace gateway::config {

void check_who_may_write(const draft& from, const settings& s, std::vector<config_error>& errors);

}  // namespace gateway::config
