#include "gateway/ingress/event_routes.h"

#include <algorithm>

#include "gateway/config/values.h"
#include "gateway/ingress/door.h"

namespace gateway::ingress {
namespace {

using batching::reason;

constexpr std::string_view type_place = "{type}";

decode::event_target nowhere(reason why, std::string_view detail) {
  decode::event_target none;
  none.why = why;
  none.detail = detail;
  none.destination = batching::no_destination;
  return none;
}

}  // namespace

event_routes::event_routes(door& of) noexcept : door_(&of) {}
event_routes::~event_routes() = default;

void event_routes::begin(const request& r, const decode::key_finder& type) {
  request_ = &r;
  type_ = &type;
  targets_.clear();
  by_topic_.clear();
  destinations_.clear();
  refused_.reset();
  barred_.reset();
  misses_topic_ = false;
}

const decode::event_target& event_routes::target_of(std::string_view type) {
  const auto known = targets_.find(type);
  if (known != targets_.end()) return known->second;
  if (targets_.size() == types_max) targets_.clear();
  return targets_.emplace(type, look_up(type)).first->second;
}

std::string event_routes::topic_of(std::string_view type) const {
  const auto takes = [type](const std::string& pattern) { return config::matches(pattern, type); };
  for (const config::route_settings& route : door_->on().settings().routes) {
    if (std::ranges::none_of(route.types, takes)) continue;
    std::string topic = route.topic;
    if (const std::size_t at = topic.find(type_place); at != std::string::npos)
      topic.replace(at, type_place.size(), type);
    return topic;
  }
  return {};
}

decode::event_target event_routes::look_up(std::string_view type) {
  const std::string topic = topic_of(type);
  if (topic.empty()) return nowhere(reason::no_route, "no entry of `routes` takes an event of this type");
  if (!config::is_topic_name(topic))
    return nowhere(reason::no_route, "the route makes a topic of the type that Kafka does not allow as a name");
  if (const auto known = by_topic_.find(topic); known != by_topic_.end()) return known->second;
  if (destinations_.size() == topics_max)
    return nowhere(reason::no_route, "the events of one request may go to 256 topics: send several requests");
  request asked = *request_;
  asked.topic = topic;
  plan found;
  answer said = door_->find(asked, found);
  if (said.what == verdict::refused) refused_ = std::move(said.why);
  if (said.what == verdict::forbidden || said.what == verdict::over_quota) {
    said.why.text = topic;
    barred_ = std::move(said);
    return nowhere(reason::no_route, "nothing of this request is taken");
  }
  if (said.what != verdict::taken) {
    misses_topic_ |= said.what == verdict::unknown_topic;
    return nowhere(reason::unknown_topic, "the route leads to a topic that Kafka does not have");
  }
  if (!found.rules->webhook_secret.empty() && request_->from == metrics::listener::http)
    return nowhere(reason::no_route, "the route leads to a topic that takes signed webhooks only: post to that topic");
  decode::event_target target;
  target.destination = static_cast<std::uint16_t>(destinations_.size());
  target.keys = found.keys;
  target.rules = found.rules->events ? &*found.rules->events : nullptr;
  destinations_.push_back(found);
  return by_topic_.emplace(topic, target).first->second;
}

}  // namespace gateway::ingress
