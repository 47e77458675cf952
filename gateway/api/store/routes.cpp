#include "gateway/api/store/routes.h"

#include <memory>

#include "gateway/api/store/aggregate_path.h"
#include "gateway/api/store/append_endpoint.h"
#include "gateway/api/store/read_endpoint.h"

namespace gateway::api::store {

void add_routes(http1::routes& to, ingress::door& door, stores::stores& all) {
  to.add(aggregate_path, http1::set_of(http1::method::post), metrics::route::store,
         to.keep(std::make_unique<append_endpoint>(door, all)));
  to.add(aggregate_path, http1::get_and_head, metrics::route::store,
         to.keep(std::make_unique<read_endpoint>(door, all)));
}

}  // namespace gateway::api::store
