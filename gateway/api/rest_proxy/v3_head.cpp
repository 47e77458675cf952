#include "gateway/api/rest_proxy/v3_head.h"

#include "gateway/api/media.h"
#include "gateway/http1/chars.h"

namespace gateway::api::rest_proxy {

std::string cluster_id(const http1::call& c) {
  const auto cluster = c.on.outside().cluster();
  return cluster ? cluster->id : std::string();
}

std::optional<fault> wrong_cluster(const http1::call& c) {
  const std::string id = cluster_id(c);
  if (id.empty() || id == c.to.segment(v3_cluster_segment)) return {};
  return fault{404, cluster_not_found,
               "Cluster " + std::string(c.to.segment(v3_cluster_segment).substr(0, 100)) +
                   " cannot be found: GET /v3/clusters names the one there is"};
}

std::optional<fault> check_v3_post(const http1::call& c) {
  const std::string_view type = c.head[http1::field::content_type];
  if (!http1::equals_ignoring_case(http1::trimmed(type.substr(0, type.find(';'))), "application/json"))
    return fault{415, 415, "send Content-Type: application/json"};
  if (!is_utf8_charset(type)) return wrong_charset();
  return wrong_cluster(c);
}

fault v3_fault_of(const http1::problem& p) {
  fault f = fault_of(p);
  if (p.error == http1::errc::unknown_topic) f.code = v3_topic_not_found;
  return f;
}

}  // namespace gateway::api::rest_proxy
