#include "gateway/config/settings.h"

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

}  // namespace gateway::config
