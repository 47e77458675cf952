// The rows of one aggregate in the http listener's table.
#pragma once

#include "gateway/http1/routes.h"
#include "gateway/ingress/door.h"
#include "gateway/stores/stores.h"

namespace gateway::api::store {

void add_routes(http1::routes& to, ingress::door& door, stores::stores& all);

}  // namespace gateway::api::store
