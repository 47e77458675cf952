#include "gateway/config/reload.h"

#include <algorithm>

#include "gateway/config/option_table.h"

namespace gateway::config {
namespace {

bool same(const topic_settings& a, const topic_settings& b) {
  return std::ranges::all_of(topic_options(), [&](const topic_option& o) { return o.show(a) == o.show(b); });
}

}  // namespace

changes compare(const settings& in_force, const settings& fresh) {
  changes out;
  for (const setting_option& o : setting_options())
    if (o.show(in_force) != o.show(fresh)) (o.reloadable ? out.reloadable : out.needs_restart).emplace_back(o.path);
  if (in_force.kafka.properties != fresh.kafka.properties) out.needs_restart.emplace_back("kafka.properties");
  if (!std::ranges::equal(in_force.topics, fresh.topics, same)) out.needs_restart.emplace_back("topics");
  return out;
}

settings merge_reloadable(settings in_force, const settings& fresh) {
  for (const setting_option& o : setting_options())
    if (o.reloadable && o.show(in_force) != o.show(fresh)) o.set(in_force, written{{o.show(fresh)}, false, {}});
  return in_force;
}

}  // namespace gateway::config
