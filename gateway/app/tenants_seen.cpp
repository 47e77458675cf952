#include "gateway/app/tenants_seen.h"

#include <chrono>
#include <cstddef>
#include <memory>

namespace gateway::app {
namespace {

using auth::bound;

void add_used(metrics::tenant_row& row, const auth::tenant& t, auth::bucket::time_point now) {
  const config::quota_settings& quota = t.settings().quota;
  const auth::usage& u = t.uses();
  const auto add = [&](bound of, std::uint64_t max, double used) {
    if (max > 0) row.quota_used.emplace_back(name(of), used);
  };
  const auto part = [](auto of, auto max) { return static_cast<double>(of) / static_cast<double>(max); };
  add(bound::events, quota.events, u.events.used(now));
  add(bound::bytes, quota.bytes, u.bytes.used(now));
  add(bound::requests, quota.requests, u.requests.used(now));
  add(bound::connections, quota.connections, part(u.connections.load(), quota.connections));
  add(bound::in_flight, quota.in_flight_bytes, part(u.in_flight_bytes.load(), quota.in_flight_bytes));
}

}  // namespace

void add_tenants(metrics::snapshot& into, auth::authority& of) {
  const auto now = std::chrono::steady_clock::now();
  std::uint64_t version = 0;
  const std::shared_ptr<const auth::policy> policy = of.newest(version);
  for (const auto& [tenant_name, t] : policy->tenants()) {
    const auth::usage& u = t->uses();
    metrics::tenant_row row;
    row.tenant = tenant_name;
    row.events = u.events_total;
    row.bytes = u.bytes_total;
    row.requests = u.requests_total;
    row.connections = u.connections;
    row.in_flight_bytes = u.in_flight_bytes;
    row.refused.emplace_back("forbidden", u.forbidden_total.load());
    for (std::size_t i = 1; i < auth::bounds; ++i)
      row.refused.emplace_back(name(static_cast<bound>(i)), u.over_quota_total[i].load());
    add_used(row, *t, now);
    into.tenants.push_back(std::move(row));
  }
  for (std::size_t i = 1; i < auth::denials; ++i)
    into.logins_refused.emplace_back(name(static_cast<auth::denial>(i)), of.counts().refused[i].load());
  into.logins_checked = of.counts().checked;
}

}  // namespace gateway::app
