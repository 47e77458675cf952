#include "loadgen/store/load/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace loadgen::store::load {

namespace {

constexpr std::size_t piece_bytes = 16384;

/// False: not within the deadline.
bool wait_for(int fd, short what, connection::time_point deadline) {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting{fd, what, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

bool may_go_on() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

bool connection::connect(time_point deadline) {
  for (const sockets::address& each : to_) {
    int error = 0;
    socket_ = sockets::tcp_socket::connecting(each, error);
    if (error == 0 && wait_for(socket_.fd(), POLLOUT, deadline) && socket_.pending_error() == 0) return true;
    socket_.close();
  }
  return false;
}

bool connection::send(std::string_view request, time_point deadline) {
  while (!request.empty()) {
    const ssize_t sent = ::send(socket_.fd(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent > 0) request.remove_prefix(static_cast<std::size_t>(sent));
    if (sent < 0 && (!may_go_on() || !wait_for(socket_.fd(), POLLOUT, deadline))) return false;
  }
  return true;
}

connection::result connection::receive(time_point deadline, http::response& response) {
  http::response_reader reader;
  std::array<char, piece_bytes> piece{};
  for (;;) {
    const ssize_t got = ::recv(socket_.fd(), piece.data(), piece.size(), 0);
    if (got < 0 && may_go_on()) {
      if (!wait_for(socket_.fd(), POLLIN, deadline)) return end(result::timed_out);
      continue;
    }
    std::string_view bytes(piece.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    const bool is_whole = got > 0 ? reader.consume(bytes) : got == 0 && reader.finish();
    if (is_whole) {
      response = std::move(reader.taken());
      if (response.close) socket_.close();
      return result::answered;
    }
    if (got <= 0 || reader.broken()) return end(result::broken);
  }
}

connection::result connection::end(result why) {
  socket_.close();
  return why;
}

connection::result connection::ask(std::string_view request, time_point deadline, http::response& response) {
  if (socket_.fd() < 0 && !connect(deadline)) return end(result::not_sent);
  if (!send(request, deadline)) return end(result::broken);
  return receive(deadline, response);
}

}  // namespace loadgen::store::load
