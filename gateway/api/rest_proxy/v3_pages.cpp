#include "gateway/api/rest_proxy/v3_pages.h"

#include <string>
#include <string_view>
#include <utility>

#include "gateway/api/refused_for.h"
#include "gateway/api/rest_proxy/partition_segment.h"
#include "gateway/api/rest_proxy/v2_pages.h"
#include "gateway/api/rest_proxy/v3_head.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::rest_proxy {
namespace {

using maybe = std::optional<http1::problem>;

// The client's way to us: links begin with it.
std::string base_of(const http1::call& c) {
  const config::settings& s = c.on.settings();
  const bool is_secure = config::complete(s.http_tls, s.tls, false).mode == config::tls_mode::required;
  return (is_secure ? "https://" : "http://") + std::string(c.head[http1::field::host]) + "/v3/clusters/";
}

maybe check_cluster(const http1::call& c) {
  if (cluster_id(c).empty())
    return http1::problem{http1::errc::not_ready, "Kafka has not said yet which cluster it is: ask again later"};
  if (auto wrong = wrong_cluster(c)) return http1::problem{http1::errc::unknown_path, std::move(wrong->message)};
  return {};
}

void append_text(std::string& to, std::string_view name, std::string_view text) {
  if (to.back() != '{') to += ',';
  to += '"';
  to += name;
  to += "\":";
  http1::append_json_string(to, text);
}

void append_related(std::string& to, std::string_view name, std::string_view link) {
  if (to.back() != '{') to += ',';
  to += '"';
  to += name;
  to += R"(":{"related":)";
  http1::append_json_string(to, link);
  to += '}';
}

void begin_resource(std::string& to, std::string_view kind, std::string_view self, std::string_view crn) {
  to += '{';
  append_text(to, "kind", kind);
  to += R"(,"metadata":{)";
  append_text(to, "self", self);
  append_text(to, "resource_name", crn);
  to += '}';
}

void begin_list(std::string& to, std::string_view kind, std::string_view self) {
  to += '{';
  append_text(to, "kind", kind);
  to += R"(,"metadata":{)";
  append_text(to, "self", self);
  to += R"(,"next":null},"data":[)";
}

void append_cluster(std::string& to, const http1::call& c) {
  const std::string id = cluster_id(c);
  const std::string self = base_of(c) + id;
  begin_resource(to, "KafkaCluster", self, "crn:///kafka=" + id);
  append_text(to, "cluster_id", id);
  append_related(to, "brokers", self + "/brokers");
  append_related(to, "topics", self + "/topics");
  to += '}';
}

void append_topic(std::string& to, const http1::call& c, std::string_view name, const batching::topic_entry& t) {
  const std::string id = cluster_id(c);
  const std::string self = base_of(c) + id + "/topics/" + std::string(name);
  begin_resource(to, "KafkaTopic", self, "crn:///kafka=" + id + "/topic=" + std::string(name));
  append_text(to, "cluster_id", id);
  append_text(to, "topic_name", name);
  to += R"(,"is_internal":false,"partitions_count":)";
  http1::append_number(to, t.partitions);
  append_related(to, "partitions", self + "/partitions");
  to += '}';
}

void append_partition(std::string& to, const http1::call& c, std::int32_t p) {
  const std::string id = cluster_id(c);
  const std::string self = base_of(c) + id + "/topics/" + std::string(c.topic) + "/partitions/" + std::to_string(p);
  begin_resource(to, "KafkaPartition", self,
                 "crn:///kafka=" + id + "/topic=" + std::string(c.topic) + "/partition=" + std::to_string(p));
  append_text(to, "cluster_id", id);
  append_text(to, "topic_name", c.topic);
  to += R"(,"partition_id":)";
  http1::append_number(to, p);
  to += '}';
}

}  // namespace

maybe v3_clusters(const http1::call& c, http1::reply& r) {
  if (cluster_id(c).empty())
    return http1::problem{http1::errc::not_ready, "Kafka has not said yet which cluster it is: ask again later"};
  const std::string base = base_of(c);
  begin_list(r.body, "KafkaClusterList", std::string_view(base).substr(0, base.size() - 1));
  append_cluster(r.body, c);
  r.body += "]}";
  return {};
}

maybe v3_cluster(const http1::call& c, http1::reply& r) {
  if (auto wrong = check_cluster(c)) return wrong;
  append_cluster(r.body, c);
  return {};
}

maybe v3_topics(const http1::call& c, http1::reply& r) {
  if (auto wrong = check_cluster(c)) return wrong;
  begin_list(r.body, "KafkaTopicList", base_of(c) + cluster_id(c) + "/topics");
  for (const std::string_view name : visible_topics(c)) {
    if (r.body.back() == '}') r.body += ',';
    append_topic(r.body, c, name, *c.on.topics().find(name));
  }
  r.body += "]}";
  return {};
}

maybe v3_topic(const http1::call& c, http1::reply& r) {
  if (auto wrong = check_cluster(c)) return wrong;
  const batching::topic_entry* topic = nullptr;
  if (auto wrong = find_topic(c, topic)) return wrong;
  append_topic(r.body, c, c.topic, *topic);
  return {};
}

maybe v3_partitions(const http1::call& c, http1::reply& r) {
  if (auto wrong = check_cluster(c)) return wrong;
  const batching::topic_entry* topic = nullptr;
  if (auto wrong = find_topic(c, topic)) return wrong;
  begin_list(r.body, "KafkaPartitionList",
             base_of(c) + cluster_id(c) + "/topics/" + std::string(c.topic) + "/partitions");
  for (std::int32_t p = 0; p < topic->partitions; ++p) {
    if (p > 0) r.body += ',';
    append_partition(r.body, c, p);
  }
  r.body += "]}";
  return {};
}

maybe v3_partition(const http1::call& c, http1::reply& r) {
  if (auto wrong = check_cluster(c)) return wrong;
  const batching::topic_entry* topic = nullptr;
  if (auto wrong = find_topic(c, topic)) return wrong;
  const auto p = partition_in_path(c.to.segment(6));
  if (!p || *p >= topic->partitions)
    return http1::problem{http1::errc::unknown_path, "This server does not host this topic-partition."};
  append_partition(r.body, c, *p);
  return {};
}

maybe v3_brokers(const http1::call& c, http1::reply& r) {
  if (auto wrong = check_cluster(c)) return wrong;
  const std::string id = cluster_id(c);
  const std::string self = base_of(c) + id + "/brokers";
  begin_list(r.body, "KafkaBrokerList", self);
  if (const auto cluster = c.on.outside().cluster())
    for (const batching::broker_address& b : cluster->brokers) {
      if (r.body.back() == '}') r.body += ',';
      const std::string number = std::to_string(b.id);
      begin_resource(r.body, "KafkaBroker", std::string(self).append("/").append(number),
                     std::string("crn:///kafka=").append(id).append("/broker=").append(number));
      append_text(r.body, "cluster_id", id);
      r.body += R"(,"broker_id":)" + number;
      append_text(r.body, "host", b.host);
      r.body += R"(,"port":)" + std::to_string(b.port) + "}";
    }
  r.body += "]}";
  return {};
}

}  // namespace gateway::api::rest_proxy
