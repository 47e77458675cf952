// The endpoints of the HTTP interface: the table of path, methods and endpoint of the http listener, and the admin
// listener's. Built by app, one router a lane; http1 looks up in it.
#pragma once

#include <memory>
#include <vector>

#include "gateway/api/admin/source.h"
#include "gateway/http1/router.h"
#include "gateway/http1/routes.h"
#include "gateway/ingress/door.h"
#include "gateway/stores/stores.h"

namespace gateway::api {

/// `all`: nullptr where nothing asks for aggregates.
[[nodiscard]] http1::routes events_routes(ingress::door& to, stores::stores* all = nullptr);
[[nodiscard]] http1::routes admin_routes(ingress::door& to, admin::admin_source& source);

[[nodiscard]] std::vector<std::unique_ptr<http1::router>> events_routers(ingress::doors& of,
                                                                         stores::stores* all = nullptr);
[[nodiscard]] std::vector<std::unique_ptr<http1::router>> admin_routers(ingress::doors& of,
                                                                        admin::admin_source& source);

}  // namespace gateway::api
