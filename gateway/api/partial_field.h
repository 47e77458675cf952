// Reads Headgate-Partial, the field that says for clients that cannot change a URL what `partial=` says in the query.
// Pure; every endpoint that stores events asks it, whatever its dialect.
#pragma once

#include <boost/system/result.hpp>
#include <optional>

#include "gateway/config/settings.h"
#include "gateway/http1/problem.h"
#include "gateway/http1/request.h"

namespace gateway::api {

/// nullopt: the request does not say.
[[nodiscard]] boost::system::result<std::optional<config::partial_status>, http1::problem> partial_field_of(
    const http1::request_head& head);

}  // namespace gateway::api
