#include "gateway/config/reload.h"

#include <algorithm>

#include "gateway/config/option_table.h"
#include "gateway/config/tls_options.h"

namespace gateway::config {
namespace {

bool same(const topic_settings& a, const topic_settings& b) {
  return std::ranges::all_of(topic_options(), [&](const topic_option& o) { return o.show(a) == o.show(b); });
}

/// Whether what the publisher took over at start (order, compression, sizes) stays as it is.
bool same_but_reloadable(const topic_settings& a, const topic_settings& b) {
  const auto stays = [&](const topic_option& o) {
    return o.reloadable || o.path == "pattern" || o.show(a) == o.show(b);
  };
  return std::ranges::all_of(topic_options(), stays);
}

/// A pattern stands for all names it matches: `*` in it is matched by the `*` of a wider one.
bool topics_reloadable(const settings& in_force, const settings& fresh) {
  const auto stays = [&](const topic_settings& t) {
    return same_but_reloadable(in_force.of_topic(t.pattern), fresh.of_topic(t.pattern));
  };
  return std::ranges::all_of(in_force.topics, stays) && std::ranges::all_of(fresh.topics, stays);
}

}  // namespace

changes compare(const settings& in_force, const settings& fresh) {
  changes out;
  for (const setting_option& o : setting_options())
    if (o.show(in_force) != o.show(fresh)) (o.reloadable ? out.reloadable : out.needs_restart).emplace_back(o.path);
  if (in_force.kafka.properties != fresh.kafka.properties) out.needs_restart.emplace_back("kafka.properties");
  // Whether anybody has to log in at all belongs to the addresses that are listened on, which stay.
  if (in_force.auth.has_value() != fresh.auth.has_value())
    out.needs_restart.emplace_back("auth");
  else if (in_force.auth != fresh.auth)
    out.reloadable.emplace_back("auth");
  if (in_force.routes != fresh.routes) out.reloadable.emplace_back("routes");
  if (in_force.tenants != fresh.tenants) out.reloadable.emplace_back("tenants");
  if (!std::ranges::equal(in_force.topics, fresh.topics, same))
    (topics_reloadable(in_force, fresh) ? out.reloadable : out.needs_restart).emplace_back("topics");
  return out;
}

settings merge_reloadable(settings in_force, const settings& fresh) {
  for (const listener_with_tls& each : listeners_with_tls) {
    const tls_mode mode = (in_force.*each.tls).mode;
    in_force.*each.tls = fresh.*each.tls;
    (in_force.*each.tls).mode = mode;
  }
  in_force.tls = fresh.tls;
  if (topics_reloadable(in_force, fresh)) in_force.topics = fresh.topics;
  in_force.routes = fresh.routes;
  if (in_force.auth.has_value() == fresh.auth.has_value()) {
    in_force.auth = fresh.auth;
    in_force.tenants = fresh.tenants;
  }
  for (const setting_option& o : setting_options())
    if (o.reloadable && o.show(in_force) != o.show(fresh)) o.set(in_force, written{{o.show(fresh)}, false, {}});
  return in_force;
}

}  // namespace gateway::config
