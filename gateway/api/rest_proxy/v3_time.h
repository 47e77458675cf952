// Points in time as version 3 of the REST Proxy writes them: UTC with milliseconds and Z. Pure; called by reports.
#pragma once

#include <cstdint>
#include <string>

namespace gateway::api::rest_proxy {

/// `ms`: milliseconds since 1970.
void append_time(std::string& to, std::int64_t ms);

}  // namespace gateway::api::rest_proxy
