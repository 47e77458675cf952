// One endpoint, one acceptor a lane (SO_REUSEPORT: the kernel spreads connections, lanes steal nothing from each
// other). Built by app, one for each of http, tcp, lines and admin; what a connection becomes is the factory's
// business.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gateway/config/settings.h"
#include "gateway/net/arrival.h"
#include "gateway/net/connection_limit.h"
#include "gateway/net/socket.h"
#include "gateway/runtime/lane.h"

namespace gateway::net {

/// On the lane's thread.
using session_factory = std::function<void(runtime::lane&, arrival)>;

enum class listen_errc : std::uint8_t {
  bad_address,  // the address is not an IP address
  port_in_use,  // somebody listens there
  refused,      // the system said no: permission, no such address on this machine, ..
};
struct listen_error {
  listen_errc code;
  std::string detail;  // names the endpoint and what to change
};

class acceptor;

class listener {
 public:
  static constexpr int backlog = 4096;  // a lane; net.core.somaxconn bounds it, 4096 by default since Linux 5.4

  /// Binds one socket a lane of `lanes`; nothing is accepted before start(). Port 0: the system picks one for all.
  static boost::system::result<std::unique_ptr<listener>, listen_error> bind(const config::endpoint& at,
                                                                             std::span<runtime::lane* const> lanes,
                                                                             metrics::listener kind,
                                                                             connection_limit& limit);
  ~listener();
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  void start(session_factory make_session);
  /// Any thread. Hands over what the kernel has queued already, then closes the sockets.
  void stop();

  /// The address and port that were bound, for `headgate ready`.
  [[nodiscard]] const config::endpoint& at() const noexcept { return at_; }

 private:
  explicit listener(config::endpoint at) : at_(std::move(at)) {}

  config::endpoint at_;
  std::vector<std::shared_ptr<acceptor>> acceptors_;  // co-owned by their lane's pending handlers
};

/// "127.0.0.1:8080", "[::1]:8080".
[[nodiscard]] std::string to_string(const config::endpoint& at);

}  // namespace gateway::net
