// What the http listener tells about itself and its topics: readiness, the list, one topic, where a key goes.
#pragma once

#include <optional>

#include "gateway/api/endpoints.h"

namespace gateway::api::v1 {

std::optional<http1::problem> readyz(const call& c, http1::reply& r);
std::optional<http1::problem> list_topics(const call& c, http1::reply& r);
std::optional<http1::problem> describe_topic(const call& c, http1::reply& r);
std::optional<http1::problem> partition_of(const call& c, http1::reply& r);

}  // namespace gateway::api::v1
