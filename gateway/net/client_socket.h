// A client's connected socket, non-blocking, outside Asio's reactor: a poller says when it is ready. Lane thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/net/socket.h"

namespace gateway::net {

/// What one call did. `bytes` counts with `done` only, where it is at least 1.
struct io_result {
  enum class state : std::uint8_t {
    done,
    would_block,  // nothing now; the poller tells when
    ended,        // receiving: the client sends no more
    failed,       // the connection is lost
  };
  state is = state::failed;
  std::size_t bytes = 0;
};

class client_socket {
 public:
  /// Takes the descriptor over. The socket must be non-blocking already.
  explicit client_socket(tcp_socket accepted);
  ~client_socket() { close(); }
  client_socket(const client_socket&) = delete;
  client_socket& operator=(const client_socket&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

  [[nodiscard]] io_result receive(char* to, std::size_t room) noexcept;
  /// Throws away up to `bytes` that have come; the kernel does not copy them.
  [[nodiscard]] io_result drop(std::size_t bytes) noexcept;
  /// What is sent may be less than all of `bytes`.
  [[nodiscard]] io_result send(std::string_view bytes) noexcept;
  /// Our end of the stream. False: the connection is lost.
  [[nodiscard]] bool end_sending() noexcept;
  void close() noexcept;

  /// The client's IP address; empty once the connection is lost.
  [[nodiscard]] std::string address() const;

 private:
  int descriptor_;
};

}  // namespace gateway::net
