#include "gateway/config/finalize.h"

#include <algorithm>
#include <tuple>
#include <type_traits>

#include "gateway/config/auth_checks.h"
#include "gateway/config/auth_options.h"
#include "gateway/config/checks.h"
#include "gateway/config/kafka_properties.h"
#include "gateway/config/kafka_security.h"
#include "gateway/config/option_table.h"
#include "gateway/config/record_options.h"

namespace gateway::config {
namespace {

using errors = std::vector<config_error>;

void set_values(const draft& from, settings& to, errors& wrong) {
  for (const auto& [path, value] : from.values)
    if (flaw f = find_option(path)->set(to, value); !f.message.empty())
      wrong.push_back({f.code, path, value.from, f.message});
}

void set_topic(const topic_draft& from, const std::string& prefix, topic_settings& to, errors& wrong) {
  for (const auto& [key, value] : from.values)
    if (flaw f = find_topic_option(key)->set(to, value); !f.message.empty())
      wrong.push_back({f.code, prefix + "." + key, value.from, f.message});
}

void set_store_rules(const draft& from, settings& to, errors& wrong) {
  for (std::size_t i = 0; i < to.topics.size(); ++i) {
    topic_settings& t = to.topics[i];
    if (t.mode != topic_mode::store) continue;
    t.intake.require_key = true;  // an event without one belongs to no aggregate
    if (t.timestamp_pointer.empty()) continue;
    const bool is_default = i == from.topics.size();
    wrong.push_back({errc::contradiction, is_default ? "topic_defaults.timestamp_pointer" : "topics.timestamp_pointer",
                     is_default ? from.topic_defaults.from : from.topics[i].from,
                     "records of a store topic have the time of their admission, because Kafka forgets owners by it: "
                     "write timestamp_pointer: \"\" for this topic"});
  }
}

void set_topics(const draft& from, settings& to, errors& wrong) {
  topic_settings defaults;
  set_topic(from.topic_defaults, "topic_defaults", defaults, wrong);
  for (const topic_draft& topic : from.topics) {
    to.topics.push_back(defaults);
    set_topic(topic, "topics", to.topics.back(), wrong);
    if (!topic.values.contains("pattern"))
      wrong.push_back({errc::missing, "topics", topic.from, "this entry names no topics: add a pattern"});
  }
  to.topics.push_back(defaults);
  set_store_rules(from, to, wrong);
}

void set_routes(const draft& from, settings& to, errors& wrong) {
  for (const route_draft& r : from.routes) {
    const auto complain = [&](errc code, std::string message) {
      wrong.push_back({code, "routes", r.from, std::move(message)});
    };
    if (r.types.items.empty() || r.types.items.size() > route_types_max)
      complain(errc::missing, "an entry names its types, 1 to 100: types: [OrderPlaced, Item*]");
    if (const std::string why = check_route_topic(r.topic); !why.empty()) complain(errc::invalid_value, why);
    to.routes.push_back({r.types.items, r.topic});
  }
}

void set_properties(const draft& from, settings& to, errors& wrong) {
  for (const auto& [property, value] : from.properties) {
    const std::string path = "kafka.properties." + property;
    if (value.is_list) {
      wrong.push_back({errc::wrong_type, path, value.from, "takes one value, not a list"});
    } else if (const std::string why = refusal(property, value.items.front()); !why.empty()) {
      wrong.push_back({errc::refused_property, path, value.from, "is refused: " + why});
    } else {
      to.kafka.properties[property] = value.items.front();
    }
  }
}

void set_auth(const draft& from, settings& to, errors& wrong) {
  if (from.auth.from.from == origin::source::unwritten) return;
  auth_settings& auth = to.auth.emplace();
  for (const auto& [key, value] : from.auth.values)
    if (flaw f = find_auth_option(key)->set(auth, value); !f.message.empty())
      wrong.push_back({f.code, "auth." + key, value.from, f.message});
}

void set_tenants(const draft& from, settings& to, errors& wrong) {
  for (const tenant_draft& tenant : from.tenants) {
    tenant_settings& out = to.tenants.emplace_back();
    out.name = tenant.name;
    for (const auto& [key, value] : tenant.values)
      if (flaw f = find_tenant_option(key)->set(out, value); !f.message.empty())
        wrong.push_back({f.code, "tenants." + tenant.name + "." + key, value.from, f.message});
  }
}

bool is_direct(const kafka_settings& kafka) {
  return kafka.publisher == publisher_choice::direct ||
         (kafka.publisher == publisher_choice::automatic && kafka.librdkafka_for.empty());
}

/// librdkafka's threads do a third of the work where it publishes: a core is left to them (docs/adr/0005, 0006).
void set_lanes(const processors& usable, settings& to) {
  const std::uint32_t ours = to.kafka.is_direct ? usable.count : std::max(2U, usable.count) - 1;
  to.lanes = std::min(ours, lanes_max);
  to.lanes_reason = usable.reason;
  if (ours < usable.count) to.lanes_reason += ", one left to librdkafka";
}

/// Unwritten options whose default follows from others: see `derived` in the option table.
void derive(const draft& from, const processors& usable, settings& to) {
  const auto unwritten = [&](std::string_view path) { return !from.values.contains(path); };
  limits& l = to.limits;
  if (to.lanes == 0) set_lanes(usable, to);
  if (unwritten("limits.in_flight_bytes_high")) l.in_flight_bytes_high = l.in_flight_bytes_max / 4 * 3;
  if (unwritten("limits.in_flight_bytes_low")) l.in_flight_bytes_low = l.in_flight_bytes_max / 2;
  const auto quarter = static_cast<std::uint64_t>(l.in_flight_bytes_max / 4);
  if (unwritten("limits.decoded_bytes_max"))
    l.decoded_bytes_max = std::max(std::min(l.decoded_bytes_max, quarter),
                                   from.values.contains("limits.body_bytes_max") ? l.body_bytes_max : 0);
  const auto fit = [&](std::string_view path, auto& value, std::uint64_t into) {
    using number = std::remove_reference_t<decltype(value)>;
    if (unwritten(path)) value = static_cast<number>(std::min<std::uint64_t>(static_cast<std::uint64_t>(value), into));
  };
  fit("limits.body_bytes_max", l.body_bytes_max, l.decoded_bytes_max);
  fit("limits.frame_bytes_max", l.frame_bytes_max, l.decoded_bytes_max);
  fit("limits.line_bytes_max", l.line_bytes_max, l.decoded_bytes_max);
  fit("limits.events_per_request_max", l.events_per_request_max, quarter / event_overhead_bytes);
  fit("batch.bytes_max", to.batch.bytes_max, quarter);
}

}  // namespace

boost::system::result<settings, std::vector<config_error>> finalize(const draft& from, const processors& usable) {
  settings out;
  errors wrong = from.errors;
  set_values(from, out, wrong);
  set_topics(from, out, wrong);
  set_routes(from, out, wrong);
  set_properties(from, out, wrong);
  set_auth(from, out, wrong);
  set_tenants(from, out, wrong);
  set_security(from, out, wrong);
  out.kafka.librdkafka_for = needs_librdkafka(out.kafka.properties, !out.kafka.login.token_file.empty());
  out.kafka.is_direct = is_direct(out.kafka);
  derive(from, usable, out);
  check_together(from, out, wrong);
  check_who_may_write(from, out, wrong);
  if (wrong.empty()) return out;
  std::ranges::stable_sort(wrong, {}, [](const config_error& e) { return std::tuple(e.from.from, e.from.line); });
  return wrong;
}

}  // namespace gateway::config
