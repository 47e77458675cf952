// The PROXY protocol, versions 1 and 2: what a load balancer says about its client at the beginning of a connection.
// Reads bytes, knows no socket and no trust. Used by newcomer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/auth/principal.h"

namespace gateway::net {

/// Longer ones are broken: 16 bytes, addresses, and extensions that we do not read.
inline constexpr std::size_t proxy_header_bytes_max = 2048;

struct proxy_header {
  enum class state : std::uint8_t {
    none,     // the bytes are not of a header: the client's own begin at once
    partial,  // more bytes are needed to tell
    whole,
    broken,  // begins like a header and is none
  };
  state is = state::none;
  std::size_t bytes = 0;                   // of a whole one
  std::optional<auth::ip_address> client;  // nullopt: the balancer speaks for itself (a health check), or cannot say
};

[[nodiscard]] proxy_header read_proxy_header(std::string_view received);

}  // namespace gateway::net
