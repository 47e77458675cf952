#pragma once

// One HTTP/1.1 connection to one instance, asked one request at a time; waits for the answer. Connects when it is asked
// and has none. Used by client, on its thread.

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "loadgen/http/response.h"
#include "loadgen/sockets/socket.h"

namespace loadgen::store::load {

class connection {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  enum class result : std::uint8_t {
    answered,
    not_sent,  // no connection: nothing of the request has left
    broken,    // it ended, or what came is no answer; the request may have been carried out
    timed_out,
  };

  explicit connection(std::vector<sockets::address> to) : to_(std::move(to)) {}

  /// `response` is filled where the result is `answered`. After any other result the connection is closed.
  result ask(std::string_view request, time_point deadline, http::response& response);

 private:
  bool connect(time_point deadline);
  bool send(std::string_view request, time_point deadline);
  result receive(time_point deadline, http::response& response);
  result end(result why);

  std::vector<sockets::address> to_;
  sockets::tcp_socket socket_;
};

}  // namespace loadgen::store::load
