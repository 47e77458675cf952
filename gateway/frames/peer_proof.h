// How two instances of a store.group show each other that they know the same secret, without sending it: each answers
// the other's challenge with HMAC-SHA256. PEER and PEERED of docs/protocol.md. The secret stands in no text. Pure; any
// thread.
#pragma once

#include <string>
#include <string_view>

#include "gateway/frames/messages.h"
#include "gateway/frames/protocol.h"

namespace gateway::frames {

/// A PEER frame: the answer to WELCOME's challenge, and a challenge of its own. Views.
struct peer_frame {
  std::string_view proof;
  std::string_view challenge;
  std::string_view instance;
};

[[nodiscard]] fault read_peer(std::string_view payload, peer_frame& out);
[[nodiscard]] bool is_right(const peer_frame& said, std::string_view secret, std::string_view our_challenge);
/// `challenge`: the gateway's, of WELCOME. `own`: of proof_bytes random bytes.
void write_peer(std::string& out, std::string_view secret, std::string_view challenge, std::string_view own,
                std::string_view instance);

/// The gateway's answer. `challenge`: the peer's.
void write_peered(std::string& out, std::string_view secret, std::string_view challenge, std::string_view instance);
[[nodiscard]] bool is_right_peered(std::string_view payload, std::string_view secret, std::string_view own);

}  // namespace gateway::frames
