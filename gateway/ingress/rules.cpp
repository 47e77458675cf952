#include "gateway/ingress/rules.h"

#include <utility>

namespace gateway::ingress {

const topic_rules& rule_book::of(const batching::topic& t) {
  if (rules_.size() <= t.id()) rules_.resize(t.id() + 1);
  std::unique_ptr<topic_rules>& rules = rules_[t.id()];
  if (!rules) rules = std::make_unique<topic_rules>();
  if (rules->settings_version != lane_->settings_version()) {
    rules->settings_version = lane_->settings_version();
    rules->settings = &lane_->settings().of_topic(t.name());
    rules->keys.emplace(rules->settings->key_pointers);
  }
  return *rules;
}

const decode::key_finder& rule_book::finder_of(std::string_view pointer, const batching::topic& t,
                                               const topic_rules& rules) {
  std::string known_as = std::to_string(t.id()) + ' ' + std::to_string(rules.settings_version) + ' ';
  known_as += pointer;
  if (const auto known = pointers_.find(known_as); known != pointers_.end()) return known->second;
  if (pointers_.size() == pointers_max) pointers_.clear();
  std::vector<std::string> places{std::string(pointer)};
  places.insert(places.end(), rules.settings->key_pointers.begin(), rules.settings->key_pointers.end());
  return pointers_.emplace(std::move(known_as), decode::key_finder(places)).first->second;
}

}  // namespace gateway::ingress
