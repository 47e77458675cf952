// A client's address as people and proxies write it: for log lines, Kafka headers, and fields that name one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/auth/principal.h"

namespace gateway::auth {

/// "192.0.2.7", "2001:db8::1".
[[nodiscard]] std::string to_string(const ip_address& of);

/// The same backwards; nullopt: it is none. No port, no brackets, no zone.
[[nodiscard]] std::optional<ip_address> parse_address(std::string_view text);

}  // namespace gateway::auth
