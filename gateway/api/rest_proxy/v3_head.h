// The part of every version 3 request before its body: the cluster, the media type. Also the version's words for
// problems. Pure but for reading the call; used by the version's endpoints.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/api/rest_proxy/fault.h"
#include "gateway/http1/endpoint.h"

namespace gateway::api::rest_proxy {

inline constexpr std::string_view v3_content_type = "application/json";
inline constexpr std::size_t v3_cluster_segment = 2;  // of every path that names one

/// As Kafka names itself; empty: nobody knows yet.
[[nodiscard]] std::string cluster_id(const http1::call& c);
/// Why the path's cluster is not Kafka's; nothing: it is, or nobody knows yet.
[[nodiscard]] std::optional<fault> wrong_cluster(const http1::call& c);
/// The cluster, and application/json.
[[nodiscard]] std::optional<fault> check_v3_post(const http1::call& c);

/// Of the whole request, in version 3's codes.
[[nodiscard]] fault v3_fault_of(const http1::problem& p);

}  // namespace gateway::api::rest_proxy
