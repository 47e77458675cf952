// What the http listener tells about itself and its topics: readiness, the list, one topic, where a key goes.
#pragma once

#include <optional>

#include "gateway/http/endpoints.h"

namespace gateway::http {

std::optional<problem> readyz(const call& c, reply& r);
std::optional<problem> list_topics(const call& c, reply& r);
std::optional<problem> describe_topic(const call& c, reply& r);
std::optional<problem> partition_of(const call& c, reply& r);

}  // namespace gateway::http
