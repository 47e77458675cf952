// One lane's share of a listener: accepts on that lane's thread, never spins when file descriptors run out. Used by
// listener.cpp only.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>

#include "gateway/net/listener.h"

namespace gateway::net {

class acceptor : public std::enable_shared_from_this<acceptor> {
 public:
  static constexpr std::chrono::milliseconds pause_after_error{100};

  acceptor(runtime::lane& on, tcp_acceptor socket, metrics::listener kind, connection_limit& limit)
      : lane_(&on), socket_(std::move(socket)), retry_(on.io()), kind_(kind), limit_(&limit) {}

  void start(session_factory make_session);
  void stop();  // any thread

 private:
  void accept_next();
  void admit(tcp_socket client, const boost::asio::ip::tcp::endpoint& from);
  void wait_for_descriptors(const boost::system::error_code& why);
  void take_queued_and_close();

  runtime::lane* lane_;
  tcp_acceptor socket_;
  boost::asio::ip::tcp::endpoint from_;  // of the connection that is accepted next
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    lane_executor>
      retry_;
  metrics::listener kind_;
  connection_limit* limit_;
  session_factory make_session_;
};

}  // namespace gateway::net
