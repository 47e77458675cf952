#include "gateway/api/store/aggregate_path.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "batching/partitioner.h"
#include "gateway/api/post_checks.h"
#include "gateway/api/refused_for.h"
#include "gateway/config/settings.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::store {

boost::system::result<found_aggregate, http1::problem> find_aggregate(const http1::call& c, ingress::door& door,
                                                                      const stores::stores& all) {
  found_aggregate found;
  ingress::request asked;
  asked.who = c.who;
  asked.wants = c.head.method == http1::method::post ? auth::right::write : auth::right::read;
  asked.topic = c.topic;
  const ingress::answer said = door.find(asked, found.topic);
  if (auto wrong = refused_for(said, asked.wants, c.topic)) return *std::move(wrong);
  if (said.what == ingress::verdict::unknown_topic) return unknown_topic(c.topic);
  if (said.what == ingress::verdict::refused) return http1::problem{http1::errc::ack_not_allowed, said.why.text};
  const config::topic_settings& how = *found.topic.rules->settings;
  if (how.mode != config::topic_mode::store)
    return http1::problem{http1::errc::not_a_store,
                          "this topic keeps no versions: its configuration must say mode: store before aggregates can "
                          "be appended to and read"};
  found.name = c.to.segment(aggregate_segment);
  if (found.name.empty() || found.name.size() > how.intake.key_bytes_max || !http1::is_utf8(found.name))
    return http1::problem{http1::errc::invalid_target, "an aggregate's id is UTF-8 text of 1 to " +
                                                           std::to_string(how.intake.key_bytes_max) + " bytes"};
  found.partition = batching::partition_of(found.name, found.topic.to->partitions_keyed);
  found.at = all.find(found.topic.to->shared->id(), found.partition);
  if (found.at != nullptr && found.at->is_unfit())
    return http1::problem{http1::errc::store_unfit, all.why_unfit(*found.at) +
                                                        ": nothing is written or read before that "
                                                        "is changed in Kafka"};
  return found;
}

std::optional<http1::problem> check_parameters(const http1::call& c, std::span<const std::string_view> known) {
  const auto& ignored = c.on.settings().of_topic(c.topic).query_ignored;
  for (std::size_t i = 0; i < c.to.query().size(); ++i) {
    const std::string_view name = c.to.query()[i].name;
    const auto again = std::ranges::find(c.to.query().subspan(i + 1), name, &http1::query_parameter::name);
    const bool is_known = std::ranges::find(known, name) != known.end();
    if (is_known && again != c.to.query().end())
      return http1::problem{http1::errc::invalid_query, "'" + std::string(name) + "' may stand only once"};
    if (!is_known && !http1::is_cache_buster(name) && std::ranges::find(ignored, name) == ignored.end())
      return http1::problem{http1::errc::invalid_query,
                            "there is no parameter '" + std::string(name.substr(0, 64)) + "' here"};
  }
  return {};
}

}  // namespace gateway::api::store
