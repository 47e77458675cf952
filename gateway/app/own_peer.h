// This instance as the others of its store.group know it: its name and address, the secret, and the TLS that it and
// they speak to each other. From the configuration; reads files. Used by event_store_peers.cpp and check_peers.cpp.
#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <string>

#include "batching/stream/tls_context.h"
#include "gateway/config/settings.h"
#include "gateway/peers/member_name.h"

namespace gateway::app {

/// `frames`, `http`: where our listeners are; nullopt: they are off.
[[nodiscard]] peers::member_name own_peer_name(const config::settings& settings,
                                               const std::optional<config::endpoint>& frames,
                                               const std::optional<config::endpoint>& http);
/// Of store.peer_secret_file.
[[nodiscard]] boost::system::result<void, std::string> read_peer_secret(const config::settings& settings,
                                                                        std::string& text);
/// For connections to the others, who are proven by the secret. Our own certificate goes with it only where listeners
/// like ours demand one: a server's is mostly of another authority than clients', and one that is shown must be good.
[[nodiscard]] batching::stream::tls_settings peer_tls(const config::settings& settings);

}  // namespace gateway::app
