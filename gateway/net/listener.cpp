#include "gateway/net/listener.h"

#include <sys/socket.h>

#include <boost/asio/ip/address.hpp>

#include "gateway/net/acceptor.h"

namespace gateway::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

template <class T>
using expected = boost::system::result<T, listen_error>;

listen_error refused(const config::endpoint& at, const error_code& why) {
  if (why == asio::error::address_in_use)
    return {listen_errc::port_in_use, to_string(at) + ": the port is in use; stop who listens on port " +
                                          std::to_string(at.port) + ", or choose another (0 picks a free one)"};
  return {listen_errc::refused, to_string(at) + ": cannot listen: " + why.message()};
}

expected<asio::ip::address> parse(const config::endpoint& at) {
  if (at.address == "localhost") return asio::ip::address(asio::ip::address_v4::loopback());
  error_code ec;
  const auto address = asio::ip::make_address(at.address, ec);
  if (ec) return listen_error{listen_errc::bad_address, "'" + at.address + "' is not an IP address"};
  return address;
}

// `shared`: beside the sockets of our other lanes.
expected<tcp_acceptor> open(runtime::lane& on, const asio::ip::tcp::endpoint& to, const config::endpoint& at,
                            bool shared) {
  tcp_acceptor socket(on.io().get_executor());
  error_code ec;
  socket.open(to.protocol(), ec);
  if (!ec) socket.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec && shared) socket.set_option(reuse_port(true), ec);
  if (!ec) socket.bind(to, ec);
  if (!ec) socket.listen(listener::backlog, ec);
  if (ec) return refused(at, ec);
  return socket;
}

}  // namespace

std::string to_string(const config::endpoint& at) {
  const bool v6 = at.address.find(':') != std::string::npos;
  return (v6 ? "[" + at.address + "]" : at.address) + ":" + std::to_string(at.port);
}

expected<std::unique_ptr<listener>> listener::bind(const config::endpoint& at, std::span<runtime::lane* const> lanes,
                                                   metrics::listener kind, connection_limit& limit) {
  const auto address = parse(at);
  if (!address) return address.error();
  asio::ip::tcp::endpoint to(*address, at.port);

  // SO_REUSEPORT would let us share the port with another gateway of the same user in silence: ask without it first.
  if (at.port != 0 && lanes.size() > 1)
    if (auto probe = open(*lanes.front(), to, at, false); !probe) return probe.error();

  std::unique_ptr<listener> made(new listener({address->to_string(), at.port}));
  for (runtime::lane* const on : lanes) {
    auto socket = open(*on, to, made->at_, lanes.size() > 1);
    if (!socket) return socket.error();
    to.port(socket->local_endpoint().port());
    made->at_.port = to.port();
    made->acceptors_.push_back(std::make_shared<acceptor>(*on, std::move(*socket), kind, limit));
  }
  return made;
}

listener::~listener() = default;

void listener::start(session_factory make_session) {
  for (const auto& a : acceptors_) a->start(make_session);
}

void listener::stop() {
  for (const auto& a : acceptors_) a->stop();
}

}  // namespace gateway::net
