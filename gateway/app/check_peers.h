// The part of `headgate check` about the other instances of a store.group: the secret they have in common, and whether
// they come through to this one. Needs no Kafka and nobody who listens; reads files.
#pragma once

#include <string>

#include "gateway/app/finding.h"
#include "gateway/config/settings.h"

namespace gateway::app {

[[nodiscard]] findings check_peers(const config::settings& s);

/// Why an instance with the same settings would not get through the TLS of our listen.tcp; empty: it would, or there is
/// none. Both shake hands here, over a pair of sockets. `host`: as which it asks for us.
[[nodiscard]] std::string peer_tls_failure(const config::settings& s, const std::string& host);

}  // namespace gateway::app
