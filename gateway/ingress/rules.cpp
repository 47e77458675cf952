#include "gateway/ingress/rules.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "batching/files/secret_file.h"
#include "metrics/events.h"

namespace gateway::ingress {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds envelope_skew_usual = 24h;
constexpr std::chrono::milliseconds ahead_usual = 1h;  // Kafka's message.timestamp.after.max.ms

decode::key_finder one(const std::string& pointer) { return decode::key_finder({pointer}); }

std::optional<decode::event_rules> event_rules_of(const config::topic_settings& t) {
  const bool is_stripe = t.webhook == config::webhook_kind::stripe;
  const bool envelope = t.envelope == config::envelope_kind::event;
  if (!envelope && !t.event_headers && !is_stripe && t.timestamp_pointer.empty()) return {};
  decode::event_rules made{one(is_stripe ? "/id" : t.event_id_pointer),
                           one(is_stripe ? "/type" : t.event_type_pointer),
                           one(t.event_time_pointer),
                           one(t.payload_pointer),
                           {}};
  if (!t.timestamp_pointer.empty()) made.timestamp = one(t.timestamp_pointer);
  made.envelope = envelope;
  made.headers = t.event_headers || is_stripe;
  made.envelope_skew_ms = (t.timestamp_skew_max.count() > 0 ? t.timestamp_skew_max : envelope_skew_usual).count();
  return made;
}

// A file that cannot be read gives a secret that nobody can sign with: nothing is taken unchecked.
std::string secret_of(const config::topic_settings& t) {
  if (t.webhook_secret_file.empty()) return t.webhook_secret;
  std::string line = batching::files::read_secret(t.webhook_secret_file).value;
  line.resize(std::min(line.find_first_of("\r\n"), line.size()));
  if (!line.empty()) return line;
  metrics::happened(metrics::happening::webhook_secret_unreadable,
                    "the file with a webhook's secret cannot be read or is empty: its topic takes nothing over HTTP",
                    {{"topic", t.pattern}, {"file", t.webhook_secret_file}});
  return std::string(1, '\0');
}

}  // namespace

decode::timestamp_bounds bounds_of(const config::topic_settings& of, std::int64_t now_ms) noexcept {
  const std::int64_t skew = of.timestamp_skew_max.count();
  if (skew > 0) return {now_ms, std::max<std::int64_t>(now_ms - skew, 0), now_ms + skew};
  return {now_ms, 0, now_ms + ahead_usual.count()};
}

const topic_rules& rule_book::of(const batching::topic& t) {
  if (rules_.size() <= t.id()) rules_.resize(t.id() + 1);
  std::unique_ptr<topic_rules>& rules = rules_[t.id()];
  if (!rules) rules = std::make_unique<topic_rules>();
  if (rules->settings_version != lane_->settings_version()) {
    rules->settings_version = lane_->settings_version();
    rules->settings = &lane_->settings().of_topic(t.name());
    rules->keys.emplace(rules->settings->key_pointers);
    rules->events = event_rules_of(*rules->settings);
    rules->webhook_secret =
        rules->settings->webhook == config::webhook_kind::none ? std::string() : secret_of(*rules->settings);
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
