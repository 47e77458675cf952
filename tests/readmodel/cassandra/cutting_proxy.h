// Passes bytes on to the real node, and cuts every connection after so many bytes from the client. For tests that talk
// to a real Cassandra; a thread of its own.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace cassandra_tests {

class cutting_proxy {
 public:
  /// Listens at a loopback address, which is the client's word for the node.
  cutting_proxy(std::uint16_t to, std::size_t cut_after, in_addr_t at_address = INADDR_LOOPBACK)
      : to_(to), cut_after_(cut_after) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at = loopback(0);
    at.sin_addr.s_addr = htonl(at_address);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    socklen_t size = sizeof at;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    ::listen(listener_, 8);
    worker_ = std::jthread([this] { serve(); });
  }
  ~cutting_proxy() {
    ::shutdown(listener_, SHUT_RDWR);
    worker_.join();
    ::close(listener_);
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  void stop_cutting() { cut_after_ = ~std::size_t{0}; }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
  }
  void serve() {
    for (;;) {
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      pass_on(client);
      ::close(client);
    }
  }
  void pass_on(int client) {
    const int node = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at = loopback(to_);
    if (::connect(node, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) return;
    std::jthread back([&] {
      std::vector<char> room(4096);
      for (ssize_t n = 0; (n = ::recv(node, room.data(), room.size(), 0)) > 0;)
        if (::send(client, room.data(), static_cast<std::size_t>(n), MSG_NOSIGNAL) < 0) break;
      ::shutdown(client, SHUT_RDWR);
    });
    std::vector<char> room(4096);
    std::size_t passed = 0;
    for (ssize_t n = 0; passed < cut_after_ && (n = ::recv(client, room.data(), room.size(), 0)) > 0;) {
      passed += static_cast<std::size_t>(n);
      if (::send(node, room.data(), static_cast<std::size_t>(n), MSG_NOSIGNAL) < 0) break;
    }
    ::shutdown(node, SHUT_RDWR);
    back.join();
    ::close(node);
  }

  std::uint16_t to_;
  std::atomic<std::size_t> cut_after_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::jthread worker_;
};

}  // namespace cassandra_tests
