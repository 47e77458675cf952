// The figures of tenants and logins for a scrape. Called by observe() on the admin lane.
#pragma once

#include "gateway/auth/authority.h"
#include "metrics/snapshot.h"

namespace gateway::app {

void add_tenants(metrics::snapshot& into, auth::authority& of);

}  // namespace gateway::app
