#include "gateway/api/endpoints.h"

#include <utility>

#include "gateway/api/cloudevents/receive.h"
#include "gateway/api/gates.h"
#include "gateway/api/openapi/document.h"
#include "gateway/api/openapi/page.h"
#include "gateway/api/page_endpoint.h"
#include "gateway/api/rest_proxy/v2_pages.h"
#include "gateway/api/rest_proxy/v2_produce.h"
#include "gateway/api/rest_proxy/v3_batch.h"
#include "gateway/api/rest_proxy/v3_head.h"
#include "gateway/api/rest_proxy/v3_pages.h"
#include "gateway/api/rest_proxy/v3_produce.h"
#include "gateway/api/store/routes.h"
#include "gateway/api/v1/ingest.h"
#include "gateway/api/v1/topic_pages.h"

namespace gateway::api {
namespace {

using maybe = std::optional<http1::problem>;
using http1::call;
using http1::get_and_head;
using http1::set_of;
using metrics::route;

maybe healthz(const call&, http1::reply& r) {
  r.body = R"({"status":"alive"})";
  return {};
}

// For load balancers, whose default check is of the root.
maybe root(const call&, http1::reply& r) {
  r.body = R"({"status":"alive","see":["/openapi.json","/v1/topics","/readyz","/healthz"]})";
  return {};
}

void add_page(http1::routes& to, std::string_view path, route counted_as, page_function answer) {
  to.add(path, get_and_head, counted_as, to.keep(std::make_unique<page_endpoint>(answer)));
}

void add_admin_page(http1::routes& to, std::string_view path, route counted_as, admin::admin_source& source,
                    admin_page_endpoint::page_function show) {
  to.add(path, get_and_head, counted_as, to.keep(std::make_unique<admin_page_endpoint>(source, show)));
}

void add_listing(http1::routes& to, std::string_view path, rest_proxy::page_function answer) {
  to.add(path, get_and_head, route::rest_proxy_v2,
         to.keep(
             std::make_unique<rest_proxy::listing>(answer, rest_proxy::v2_content_type, rest_proxy::v2_listing_fault)));
}

void add_v3_listing(http1::routes& to, std::string_view path, rest_proxy::page_function answer) {
  to.add(path, get_and_head, route::rest_proxy_v3,
         to.keep(std::make_unique<rest_proxy::listing>(answer, rest_proxy::v3_content_type, rest_proxy::v3_fault_of)));
}

void add_rest_proxy_v2(http1::routes& r, ingress::door& to) {
  auto& produce = r.keep(std::make_unique<rest_proxy::v2_produce>(to));
  add_listing(r, "/topics", rest_proxy::v2_topics);
  add_listing(r, "/topics/{topic}", rest_proxy::v2_topic);
  r.add("/topics/{topic}", set_of(http1::method::post), route::rest_proxy_v2, produce);
  add_listing(r, "/topics/{topic}/partitions", rest_proxy::v2_partitions);
  add_listing(r, "/topics/{topic}/partitions/{partition}", rest_proxy::v2_partition);
  r.add("/topics/{topic}/partitions/{partition}", set_of(http1::method::post), route::rest_proxy_v2, produce);
  add_listing(r, "/brokers", rest_proxy::v2_brokers);
}

void add_rest_proxy_v3(http1::routes& r, ingress::door& to) {
  r.add("/v3/clusters/{cluster}/topics/{topic}/records", set_of(http1::method::post), route::rest_proxy_v3,
        r.keep(std::make_unique<rest_proxy::v3_produce>(to)));
  r.add("/v3/clusters/{cluster}/topics/{topic}/records:batch", set_of(http1::method::post), route::rest_proxy_v3,
        r.keep(std::make_unique<rest_proxy::v3_batch>(to)));
  add_v3_listing(r, "/v3/clusters", rest_proxy::v3_clusters);
  add_v3_listing(r, "/v3/clusters/{cluster}", rest_proxy::v3_cluster);
  add_v3_listing(r, "/v3/clusters/{cluster}/brokers", rest_proxy::v3_brokers);
  add_v3_listing(r, "/v3/clusters/{cluster}/topics", rest_proxy::v3_topics);
  add_v3_listing(r, "/v3/clusters/{cluster}/topics/{topic}", rest_proxy::v3_topic);
  add_v3_listing(r, "/v3/clusters/{cluster}/topics/{topic}/partitions", rest_proxy::v3_partitions);
  add_v3_listing(r, "/v3/clusters/{cluster}/topics/{topic}/partitions/{partition}", rest_proxy::v3_partition);
}

}  // namespace

http1::routes events_routes(ingress::door& to, stores::stores* all) {
  http1::routes r;
  r.add("/v1/topics/{topic}/events", set_of(http1::method::post), route::events,
        r.keep(std::make_unique<v1::ingest>(to, &r.keep(std::make_unique<cloudevents::receive>(to)))));
  if (all != nullptr) store::add_routes(r, to, *all);
  r.add("/v1/events", set_of(http1::method::post), route::events, r.keep(std::make_unique<v1::ingest>(to)));
  r.add("/v1/topics/{topic}/records/{key}", set_of(http1::method::delete_), route::events,
        r.keep(std::make_unique<v1::ingest>(to, nullptr, v1::ingest::taken::tombstone)));
  add_page(r, "/", route::healthz, root);
  add_page(r, "/healthz", route::healthz, healthz);
  add_page(r, "/readyz", route::readyz, v1::readyz);
  add_page(r, "/v1/topics", route::topics, v1::list_topics);
  add_page(r, "/v1/topics/{topic}", route::topic, v1::describe_topic);
  add_page(r, "/v1/topics/{topic}/partition-of", route::partition_of, v1::partition_of);
  add_rest_proxy_v2(r, to);
  add_rest_proxy_v3(r, to);
  auto& described = r.keep(std::make_unique<openapi::page>());
  r.add("/openapi.json", get_and_head, route::openapi, described);
  described.show(openapi::document(r));
  r.say_of_others(
      "events are posted to /v1/topics/{topic}/events or /v1/events; see also /openapi.json, /v1/topics, /healthz and "
      "/readyz");
  return r;
}

http1::routes admin_routes(ingress::door&, admin::admin_source& source) {
  http1::routes r;
  add_admin_page(r, "/metrics", route::admin_metrics, source, [](admin::admin_source& of, const call& c) {
    return of.render_metrics(c.head[http1::field::accept]);
  });
  add_admin_page(r, "/", route::admin_page, source,
                 [](admin::admin_source& of, const call&) { return of.status_page(); });
  add_admin_page(r, "/status.json", route::admin_page, source,
                 [](admin::admin_source& of, const call&) { return of.status_json(); });
  add_page(r, "/healthz", route::healthz, healthz);
  add_page(r, "/readyz", route::readyz, v1::readyz);
  r.say_of_others("this is the admin listener: there are /, /metrics, /healthz and /readyz; events go to http");
  return r;
}

std::vector<std::unique_ptr<http1::router>> events_routers(ingress::doors& of, stores::stores* all) {
  std::vector<std::unique_ptr<http1::router>> routers;
  for (const auto& to : of.all())
    routers.push_back(
        std::make_unique<http1::router>(to->on(), events_routes(*to, all), std::make_unique<events_gate>(*to)));
  return routers;
}

std::vector<std::unique_ptr<http1::router>> admin_routers(ingress::doors& of, admin::admin_source& source) {
  std::vector<std::unique_ptr<http1::router>> routers;
  for (const auto& to : of.all())
    routers.push_back(
        std::make_unique<http1::router>(to->on(), admin_routes(*to, source), std::make_unique<admin_gate>()));
  return routers;
}

}  // namespace gateway::api
