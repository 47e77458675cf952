#include "gateway/config/settings.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

#include "gateway/config/values.h"

namespace gateway::config {

const topic_settings& settings::of_topic(std::string_view name) const {
  for (const topic_settings& t : topics)
    if (matches(t.pattern, name)) return t;
  assert(false && "finalize() ends the list with the pattern *");
  std::abort();
}

bool settings::has_store() const noexcept {
  return std::ranges::any_of(topics, [](const topic_settings& t) { return t.mode == topic_mode::store; });
}

}  // namespace gateway::config
