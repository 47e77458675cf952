#include "gateway/net/acceptor.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "metrics/events.h"

namespace gateway::net {

using boost::system::error_code;

namespace {

auth::ip_address address_of(const boost::asio::ip::tcp::endpoint& from) {
  const auto address = from.address();
  if (address.is_v6()) return address.to_v6().to_bytes();
  return boost::asio::ip::make_address_v6(boost::asio::ip::v4_mapped, address.to_v4()).to_bytes();
}

}  // namespace

void acceptor::start(session_factory make_session) {
  make_session_ = std::move(make_session);
  boost::asio::post(lane_->io(), [self = shared_from_this()] { self->accept_next(); });
}

void acceptor::stop() {
  boost::asio::post(lane_->io(), [self = shared_from_this()] { self->take_queued_and_close(); });
}

void acceptor::accept_next() {
  if (!socket_.is_open()) return;
  socket_.async_accept(lane_->io().get_executor(), from_,
                       [self = shared_from_this()](error_code ec, tcp_socket client) {
                         if (!ec)
                           self->admit(std::move(client), self->from_);  // also behind a stop: it was accepted before
                         if (!self->socket_.is_open()) return;
                         if (ec && ec != boost::asio::error::connection_aborted) return self->wait_for_descriptors(ec);
                         self->accept_next();
                       });
}

void acceptor::admit(tcp_socket client, const boost::asio::ip::tcp::endpoint& from) {
  auto& counts = lane_->recorder();
  const auto kind = static_cast<std::size_t>(kind_);
  connection_limit::slot slot = limit_->take();
  if (!slot) {
    counts.connections_refused[kind].add();
    metrics::happened(metrics::happening::connections_full,
                      "as many connections are open as may be: the new one is closed",
                      {{"bound", limit_->called()}, {"connections_max", limit_->max()}});
    return;
  }
  error_code ec;
  client.non_blocking(true, ec);
  if (!ec) client.set_option(boost::asio::ip::tcp::no_delay(true), ec);
  if (ec) return;  // the client is gone already
  counts.connections_opened[kind].add();
  make_session_(*lane_, {stream_of(std::move(client)), std::move(slot), {address_of(from), nullptr}});
}

// Out of descriptors, the kernel reports the same waiting connection for ever: without the pause this would spin.
void acceptor::wait_for_descriptors(const error_code& why) {
  if (why == boost::asio::error::operation_aborted) return;
  metrics::happened(metrics::happening::accept_failed, "cannot accept a connection", {{"error", why.message()}});
  retry_.expires_after(pause_after_error);
  retry_.async_wait([self = shared_from_this()](error_code ec) {
    if (!ec) self->accept_next();
  });
}

// Connections that the kernel has accepted before the stop are ours to answer; closing the socket would reset them.
void acceptor::take_queued_and_close() {
  if (!socket_.is_open()) return;
  retry_.cancel();
  error_code ec;
  socket_.non_blocking(true, ec);
  for (int taken = 0; !ec && taken < listener::backlog; ++taken) {
    tcp_socket client(lane_->io().get_executor());
    socket_.accept(client, from_, ec);
    if (!ec) admit(std::move(client), from_);
  }
  socket_.close(ec);
}

}  // namespace gateway::net
