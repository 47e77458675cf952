#include "gateway/app/check_peers.h"

#include <sys/socket.h>

#include <array>

#include "batching/stream/byte_stream.h"
#include "batching/stream/tls_context.h"
#include "batching/stream/tls_server.h"
#include "gateway/app/listener_tls.h"
#include "gateway/app/own_peer.h"
#include "gateway/config/tls_options.h"

namespace gateway::app {
namespace {

namespace stream = batching::stream;
using state = stream::io_result::state;

constexpr std::size_t tcp = 1;  // of listeners_with_tls
static_assert(config::listeners_with_tls[tcp].path == "listen.tcp");

std::string shake_hands(stream::byte_stream& asking, stream::byte_stream& asked) {
  constexpr int turns_max = 16;
  for (int turn = 0; turn < turns_max; ++turn) {
    const state us = asking.handshake().is;
    const state them = us == state::failed ? us : asked.handshake().is;
    if (us == state::failed) return asking.failure();
    if (them == state::failed) return asked.failure();
    if (us == state::done && them == state::done) return {};
  }
  return "the handshake has no end";
}

}  // namespace

std::string peer_tls_failure(const config::settings& s, const std::string& host) {
  const auto whole = config::tls_in_force(s, config::listeners_with_tls[tcp]);
  if (!whole) return {};
  const auto listening = stream::tls_server::make(server_settings_of(*whole, metrics::listener::tcp, nullptr));
  if (!listening) return {};  // said by check_tls, and at the start
  const auto connecting = stream::tls_context::make(peer_tls(s));
  if (!connecting) return connecting.error();
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) return {};
  stream::byte_stream asking(ends[0]);
  stream::byte_stream asked(ends[1]);
  asking.secure(*connecting, host);
  asked.secure(*listening, {});
  return shake_hands(asking, asked);
}

findings check_peers(const config::settings& s) {
  if (!s.has_store() || s.store.group.empty()) return {};
  findings out;
  const std::string& file = s.store.peer_secret_file;
  std::string secret;
  if (file.empty()) {
    if (s.auth)
      out.push_back({false, "requests for partitions of other instances are answered 503: set store.peer_secret_file"});
  } else if (const auto read = read_peer_secret(s, secret); !read) {
    out.push_back({true, read.error()});
  } else if (is_open_to_others(file)) {
    out.push_back(
        {false, "'" + file +
                    "' holds the secret of the store.group and may be read by every user of this machine: chmod 640 " +
                    file});
  }
  if (!s.tcp) {
    out.push_back({false,
                   "the other instances of the store.group cannot pass requests on to this one, which answers 503 for "
                   "them: turn listen.tcp on"});
    return out;
  }
  const std::string host = own_peer_name(s, s.tcp, s.http).host;
  if (const std::string why = peer_tls_failure(s, host); !why.empty())
    out.push_back({false, "an instance of the store.group with these settings would not get into listen.tcp at '" +
                              host + "': " + why});
  return out;
}

}  // namespace gateway::app
