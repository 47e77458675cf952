#pragma once

// A non-blocking TCP socket and the addresses to connect it to. Used by stream and by the first reachability check.

#include <sys/socket.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loadgen::sockets {

struct address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

/// Throws std::runtime_error that names the host.
std::vector<address> resolve(const std::string& host, const std::string& port);

class tcp_socket {
 public:
  tcp_socket() = default;
  ~tcp_socket() { close(); }
  tcp_socket(tcp_socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  tcp_socket& operator=(tcp_socket&& other) noexcept {
    close();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }

  /// Starts to connect; `error` is errno when it failed at once.
  static tcp_socket connecting(const address& to, int& error);

  int fd() const { return fd_; }
  int pending_error() const;  // of a finished connect
  void close();

 private:
  int fd_ = -1;
};

/// Connects once, blocking. Empty when it succeeded, else the reason.
std::string check_reachable(const address& to, std::chrono::milliseconds patience);

}  // namespace loadgen::sockets
