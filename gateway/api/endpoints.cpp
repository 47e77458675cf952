#include "gateway/api/endpoints.h"

#include "gateway/api/admin/source.h"
#include "gateway/api/v1/topic_pages.h"

namespace gateway::api {
namespace {

using maybe = std::optional<http1::problem>;
using metrics::route;

maybe healthz(const call&, http1::reply& r) {
  r.body = R"({"status":"alive"})";
  return {};
}

// For load balancers, whose default check is of the root.
maybe root(const call&, http1::reply& r) {
  r.body = R"({"status":"alive","see":["/v1/topics","/readyz","/healthz"]})";
  return {};
}

maybe show(admin::page p, http1::reply& r) {
  r.body = std::move(p.body);
  r.own_content_type = std::move(p.content_type);
  r.content_type = r.own_content_type;
  return {};
}

maybe metrics_page(const call& c, http1::reply& r) {
  return show(c.admin->render_metrics(c.head[http1::field::accept]), r);
}
maybe status_page(const call& c, http1::reply& r) { return show(c.admin->status_page(), r); }
maybe status_json(const call& c, http1::reply& r) { return show(c.admin->status_json(), r); }

constexpr endpoint on_events[] = {
    {"/v1/topics/{}/events", true, route::events, nullptr},
    {"/", false, route::healthz, root},
    {"/healthz", false, route::healthz, healthz},
    {"/readyz", false, route::readyz, v1::readyz},
    {"/v1/topics", false, route::topics, v1::list_topics},
    {"/v1/topics/{}", false, route::topic, v1::describe_topic},
    {"/v1/topics/{}/partition-of", false, route::partition_of, v1::partition_of},
};

constexpr endpoint on_admin[] = {
    {"/metrics", false, route::admin_metrics, metrics_page}, {"/", false, route::admin_page, status_page},
    {"/status.json", false, route::admin_page, status_json}, {"/healthz", false, route::healthz, healthz},
    {"/readyz", false, route::readyz, v1::readyz},
};

bool matches(std::string_view path, const http1::target& to) noexcept {
  std::size_t i = 0;
  while (path.size() > 1) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    if (i == to.segments() || (segment != "{}" && segment != to.segment(i))) return false;
    ++i;
  }
  return i == to.segments();
}

}  // namespace

std::span<const endpoint> endpoints_of(surface s) noexcept {
  if (s == surface::admin) return on_admin;
  return on_events;
}

const endpoint* find_endpoint(surface s, const http1::target& to) noexcept {
  for (const endpoint& e : endpoints_of(s))
    if (matches(e.path, to)) return &e;
  return nullptr;
}

}  // namespace gateway::api
