#include "gateway/api/v1/topic_pages.h"

#include <algorithm>
#include <vector>

#include "batching/partitioner.h"
#include "gateway/api/refused_for.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::v1 {
namespace {

using maybe = std::optional<http1::problem>;

maybe only_parameters(const http1::target& to, std::string_view known) {
  bool seen = false;
  for (const http1::query_parameter& p : to.query()) {
    if (http1::is_cache_buster(p.name)) continue;
    if (p.name != known || known.empty())
      return http1::problem{http1::errc::invalid_query,
                            "unknown query parameter '" + std::string(p.name) + "'" +
                                (known.empty() ? ": there is none here" : ": there is " + std::string(known))};
    if (seen)
      return http1::problem{http1::errc::invalid_query,
                            "query parameter '" + std::string(known) + "' may stand only once"};
    seen = true;
  }
  return {};
}

/// nullptr: there is none, or the caller may not know of it, which is to look the same.
const batching::topic_entry* find_topic(const http1::call& c) {
  return may_see(c, c.topic) ? c.on.topics().find(c.topic) : nullptr;
}

http1::problem no_topic(const http1::call& c) {
  return {http1::errc::unknown_topic,
          "Kafka has no topic '" + std::string(c.topic.substr(0, 249)) + "'; GET /v1/topics lists those there are"};
}

void append_member(std::string& to, std::string_view name, std::string_view text) {
  to += name;
  http1::append_json_string(to, text);
}

template <std::integral Number>
void append_member(std::string& to, std::string_view name, Number n) {
  to += name;
  http1::append_number(to, n);
}

void append_member(std::string& to, std::string_view name, bool truth) {
  to += name;
  to += truth ? "true" : "false";
}

std::string_view name_of(batching::on_invalid what) noexcept {
  switch (what) {
    case batching::on_invalid::skip: return "skip";
    case batching::on_invalid::fence: return "fence";
    case batching::on_invalid::refuse: return "refuse";
  }
  return "";
}

void append_configuration(std::string& to, const config::topic_settings& t, const config::settings& all) {
  append_member(to, R"(,"configuration":{"pattern":)", t.pattern);
  append_member(to, R"(,"ack":)", std::string_view(t.ack == config::ack_level::broker ? "broker" : "none"));
  append_member(to, R"(,"ack_none_allowed":)", t.ack_none_allowed);
  to += R"(,"key_pointers":[)";
  for (const std::string& pointer : t.key_pointers) {
    if (to.back() == '"') to += ',';
    http1::append_json_string(to, pointer);
  }
  append_member(to, R"(],"require_key":)", t.intake.require_key);
  append_member(to, R"(,"validate":)", std::string_view(t.validate == config::validation::full ? "full" : "none"));
  append_member(to, R"(,"on_invalid":)", name_of(t.intake.invalid));
  append_member(to, R"(,"opaque":)", std::string_view(t.opaque == config::opaque_bodies::take ? "take" : "refuse"));
  append_member(to, R"(,"partial_status":)", t.partial == config::partial_status::unavailable ? 503 : 207);
  append_member(to, R"(,"order":)", std::string_view(t.order == config::partition_order::strict ? "strict" : "follow"));
  append_member(to, R"(,"event_bytes_max":)", t.intake.event_bytes_max);
  append_member(to, R"(,"key_bytes_max":)", t.intake.key_bytes_max);
  append_member(to, R"(,"compression":)", std::string_view(t.compression ? *t.compression : all.kafka.compression));
  append_member(to, R"(,"compression_level":)",
                t.compression_level ? *t.compression_level : all.kafka.compression_level);
  to += '}';
}

}  // namespace

maybe readyz(const http1::call& c, http1::reply& r) {
  std::string why;
  if (c.on.draining())
    why = "draining";
  else if (c.on.budget().paused())
    why = "what may be in flight is used up";
  else
    why = c.on.outside().not_ready_reason();
  if (why.empty()) {
    r.body = R"({"status":"ready"})";
    return {};
  }
  r.refuse({http1::errc::not_ready, why});
  r.body.pop_back();
  r.body += R"(,"reason":)";
  http1::append_json_string(r.body, why);
  r.body += '}';
  r.retry_after_seconds = c.on.outside().retry_after_seconds();
  return {};
}

maybe list_topics(const http1::call& c, http1::reply& r) {
  if (auto wrong = only_parameters(c.to, {})) return wrong;
  std::vector<std::pair<std::string_view, std::int32_t>> topics;
  for (const auto& [name, entry] : c.on.topics().topics())
    if (may_see(c, name)) topics.emplace_back(name, entry.partitions);
  std::sort(topics.begin(), topics.end());
  r.body = R"({"topics":[)";
  for (const auto& [name, partitions] : topics) {
    if (r.body.back() == '}') r.body += ',';
    append_member(r.body, R"({"topic":)", name);
    append_member(r.body, R"(,"partitions":)", partitions);
    r.body += '}';
  }
  r.body += "]}";
  return {};
}

maybe describe_topic(const http1::call& c, http1::reply& r) {
  if (auto wrong = only_parameters(c.to, {})) return wrong;
  const batching::topic_entry* topic = find_topic(c);
  if (topic == nullptr) return no_topic(c);
  append_member(r.body, R"({"topic":)", topic->shared->name());
  append_member(r.body, R"(,"partitions":)", topic->partitions);
  append_member(r.body, R"(,"partitions_keyed":)", topic->partitions_keyed);
  if (topic->message_bytes_max > 0) append_member(r.body, R"(,"message_bytes_max":)", topic->message_bytes_max);
  append_configuration(r.body, c.on.settings().of_topic(topic->shared->name()), c.on.settings());
  r.body += '}';
  return {};
}

maybe partition_of(const http1::call& c, http1::reply& r) {
  if (auto wrong = only_parameters(c.to, "key")) return wrong;
  const std::string_view* key = c.to.find("key");
  if (key == nullptr) return http1::problem{http1::errc::invalid_query, "name the key: ?key=K, percent-encoded UTF-8"};
  const batching::topic_entry* topic = find_topic(c);
  if (topic == nullptr) return no_topic(c);
  append_member(r.body, R"({"topic":)", topic->shared->name());
  append_member(r.body, R"(,"key":)", *key);
  append_member(r.body, R"(,"partition":)", batching::partition_of(*key, topic->partitions_keyed));
  append_member(r.body, R"(,"partitions":)", topic->partitions);
  r.body += '}';
  return {};
}

}  // namespace gateway::api::v1
