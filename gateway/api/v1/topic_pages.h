// The http listener's pages about itself and its topics: readiness, the list, one topic, where a key goes.
#pragma once

#include <optional>

#include "gateway/http1/endpoint.h"

namespace gateway::api::v1 {

std::optional<http1::problem> readyz(const http1::call& c, http1::reply& r);
std::optional<http1::problem> list_topics(const http1::call& c, http1::reply& r);
std::optional<http1::problem> describe_topic(const http1::call& c, http1::reply& r);
std::optional<http1::problem> partition_of(const http1::call& c, http1::reply& r);

}  // namespace gateway::api::v1
