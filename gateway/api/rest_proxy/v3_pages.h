// The listings of REST Proxy version 3: the one cluster, its topics and their partitions, as far as the gateway knows
// them. Read only; called by listing (v2_pages.h).
#pragma once

#include <optional>

#include "gateway/http1/endpoint.h"

namespace gateway::api::rest_proxy {

std::optional<http1::problem> v3_clusters(const http1::call& c, http1::reply& r);
std::optional<http1::problem> v3_cluster(const http1::call& c, http1::reply& r);
std::optional<http1::problem> v3_topics(const http1::call& c, http1::reply& r);
std::optional<http1::problem> v3_topic(const http1::call& c, http1::reply& r);
std::optional<http1::problem> v3_partitions(const http1::call& c, http1::reply& r);
std::optional<http1::problem> v3_partition(const http1::call& c, http1::reply& r);
std::optional<http1::problem> v3_brokers(const http1::call& c, http1::reply& r);

}  // namespace gateway::api::rest_proxy
