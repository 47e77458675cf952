// A client's address as people write it. For log lines.
#pragma once

#include <string>

#include "gateway/auth/principal.h"

namespace gateway::net {

/// "192.0.2.7", "2001:db8::1".
[[nodiscard]] std::string to_string(const auth::ip_address& of);

}  // namespace gateway::net
