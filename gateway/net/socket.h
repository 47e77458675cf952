// The socket type of every session: bound to its lane's io_context at compile time, so no handler pays for a
// type-erased executor.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "batching/stream/byte_stream.h"

namespace gateway::net {

using lane_executor = boost::asio::io_context::executor_type;
using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, lane_executor>;
using tcp_acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, lane_executor>;

/// The accepted socket as a stream, outside Asio's reactor: a poller says when it is ready. It is non-blocking already.
[[nodiscard]] inline batching::stream::byte_stream stream_of(tcp_socket accepted) noexcept {
  boost::system::error_code ec;
  const int descriptor = accepted.release(ec);
  return ec ? batching::stream::byte_stream() : batching::stream::byte_stream(descriptor);
}

}  // namespace gateway::net
