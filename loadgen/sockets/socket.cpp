#include "loadgen/sockets/socket.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace loadgen::sockets {

std::vector<address> resolve(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) throw std::runtime_error("cannot resolve " + host + ":" + port + ": " + ::gai_strerror(error));
  std::vector<address> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    address& next = addresses.emplace_back();
    std::memcpy(&next.bytes, each->ai_addr, each->ai_addrlen);
    next.size = each->ai_addrlen;
  }
  ::freeaddrinfo(found);
  return addresses;
}

tcp_socket tcp_socket::connecting(const address& to, int& error) {
  tcp_socket result;
  error = 0;
  result.fd_ = ::socket(to.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (result.fd_ < 0) {
    error = errno;
    return result;
  }
  const int on = 1;
  ::setsockopt(result.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(result.fd_, reinterpret_cast<const sockaddr*>(&to.bytes), to.size) != 0 && errno != EINPROGRESS) {
    error = errno;
    result.close();
  }
  return result;
}

int tcp_socket::pending_error() const {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

void tcp_socket::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

std::string check_reachable(const address& to, std::chrono::milliseconds patience) {
  int error = 0;
  const tcp_socket probe = tcp_socket::connecting(to, error);
  if (error == 0) {
    pollfd waiting{probe.fd(), POLLOUT, 0};
    error = ::poll(&waiting, 1, static_cast<int>(patience.count())) == 1 ? probe.pending_error() : ETIMEDOUT;
  }
  return error == 0 ? std::string() : std::strerror(error);
}

}  // namespace loadgen::sockets
