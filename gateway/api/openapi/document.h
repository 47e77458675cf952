// The OpenAPI 3.1 document of a listener: its routes, each with what operations.h says of it. Pure.
#pragma once

#include <string>
#include <vector>

#include "gateway/http1/routes.h"

namespace gateway::api::openapi {

[[nodiscard]] std::string document(const http1::routes& of);

/// "POST /v1/events": what has a route and no description. HEAD and OPTIONS follow from the others.
[[nodiscard]] std::vector<std::string> undescribed(const http1::routes& of);

}  // namespace gateway::api::openapi
