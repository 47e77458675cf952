#include "gateway/api/rest_proxy/v2_pages.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gateway/api/refused_for.h"
#include "gateway/api/rest_proxy/partition_segment.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::rest_proxy {
namespace {

using maybe = std::optional<http1::problem>;

// The gateway knows leaders, not the other replicas.
void append_partition(std::string& to, const http1::call& c, const batching::topic_entry& topic, std::int32_t p) {
  const auto cluster = c.on.outside().cluster();
  const std::int32_t leader = cluster ? cluster->leader_of(topic.shared->id(), p) : -1;
  to += R"({"partition":)";
  http1::append_number(to, p);
  to += R"(,"leader":)";
  http1::append_number(to, leader);
  to += R"(,"replicas":[)";
  if (leader >= 0) {
    to += R"({"broker":)";
    http1::append_number(to, leader);
    to += R"(,"leader":true,"in_sync":true})";
  }
  to += "]}";
}

void append_partitions(std::string& to, const http1::call& c, const batching::topic_entry& topic) {
  to += '[';
  for (std::int32_t p = 0; p < topic.partitions; ++p) {
    if (p > 0) to += ',';
    append_partition(to, c, topic, p);
  }
  to += ']';
}

}  // namespace

http1::planned listing::plan(const http1::call& c, http1::exchange& x) {
  x.reply.content_type = content_type_;
  if (auto wrong = answer_(c, x.reply)) return std::move(*wrong);
  return http1::planned::step::answered;
}

void listing::refuse(const http1::problem& p, http1::reply& r) { rest_proxy::refuse(r, words_(p), content_type_); }

fault v2_listing_fault(const http1::problem& p) {
  fault f = fault_of(p);
  if (p.error == http1::errc::unknown_path) f.code = partition_not_found;
  return f;
}

maybe find_topic(const http1::call& c, const batching::topic_entry*& found) {
  found = may_see(c, c.topic) ? c.on.topics().find(c.topic) : nullptr;
  if (found != nullptr) return {};
  return http1::problem{http1::errc::unknown_topic, "Topic not found: '" + std::string(c.topic.substr(0, 249)) + "'"};
}

std::vector<std::string_view> visible_topics(const http1::call& c) {
  std::vector<std::string_view> names;
  for (const auto& [name, entry] : c.on.topics().topics())
    if (may_see(c, name)) names.emplace_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

maybe v2_topics(const http1::call& c, http1::reply& r) {
  r.body = "[";
  for (const std::string_view name : visible_topics(c)) {
    if (r.body.size() > 1) r.body += ',';
    http1::append_json_string(r.body, name);
  }
  r.body += ']';
  return {};
}

maybe v2_topic(const http1::call& c, http1::reply& r) {
  const batching::topic_entry* topic = nullptr;
  if (auto wrong = find_topic(c, topic)) return wrong;
  r.body = R"({"name":)";
  http1::append_json_string(r.body, topic->shared->name());
  r.body += R"(,"configs":{},"partitions":)";
  append_partitions(r.body, c, *topic);
  r.body += '}';
  return {};
}

maybe v2_partitions(const http1::call& c, http1::reply& r) {
  const batching::topic_entry* topic = nullptr;
  if (auto wrong = find_topic(c, topic)) return wrong;
  append_partitions(r.body, c, *topic);
  return {};
}

maybe v2_partition(const http1::call& c, http1::reply& r) {
  const batching::topic_entry* topic = nullptr;
  if (auto wrong = find_topic(c, topic)) return wrong;
  const auto p = partition_in_path(c.to.segment(3));
  if (!p || *p >= topic->partitions) return http1::problem{http1::errc::unknown_path, "Partition not found"};
  append_partition(r.body, c, *topic, *p);
  return {};
}

maybe v2_brokers(const http1::call& c, http1::reply& r) {
  std::vector<std::int32_t> ids;
  if (const auto cluster = c.on.outside().cluster())
    for (const batching::broker_address& b : cluster->brokers) ids.push_back(b.id);
  std::sort(ids.begin(), ids.end());
  r.body = R"({"brokers":[)";
  for (const std::int32_t id : ids) {
    if (r.body.back() != '[') r.body += ',';
    http1::append_number(r.body, id);
  }
  r.body += "]}";
  return {};
}

}  // namespace gateway::api::rest_proxy
