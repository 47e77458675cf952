#include "gateway/net/client_socket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <utility>

namespace gateway::net {
namespace {

using state = io_result::state;

io_result result_of(ssize_t n) noexcept {
  if (n > 0) return {state::done, static_cast<std::size_t>(n)};
  if (n == 0) return {state::ended, 0};
  return {errno == EAGAIN || errno == EWOULDBLOCK ? state::would_block : state::failed, 0};
}

// A signal must not look like "nothing now": the poller tells of each readiness only once.
template <class Call>
io_result until_not_interrupted(Call call) noexcept {
  for (;;) {
    const ssize_t n = call();
    if (n >= 0 || errno != EINTR) return result_of(n);
  }
}

int release(tcp_socket& accepted) noexcept {
  boost::system::error_code ec;
  const int descriptor = accepted.release(ec);
  return ec ? -1 : descriptor;
}

}  // namespace

client_socket::client_socket(tcp_socket accepted) : descriptor_(release(accepted)) {}

io_result client_socket::receive(char* to, std::size_t room) noexcept {
  return until_not_interrupted([&] { return ::recv(descriptor_, to, room, 0); });
}

io_result client_socket::drop(std::size_t bytes) noexcept {
  return until_not_interrupted([&] { return ::recv(descriptor_, nullptr, bytes, MSG_TRUNC); });
}

io_result client_socket::send(std::string_view bytes) noexcept {
  return until_not_interrupted([&] { return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
}

bool client_socket::end_sending() noexcept { return ::shutdown(descriptor_, SHUT_WR) == 0; }

void client_socket::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

std::string client_socket::address() const {
  boost::asio::ip::tcp::endpoint client;
  socklen_t size = static_cast<socklen_t>(client.capacity());
  if (::getpeername(descriptor_, client.data(), &size) != 0) return {};
  client.resize(size);
  return client.address().to_string();
}

}  // namespace gateway::net
