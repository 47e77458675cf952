// A byte stream that a thread may wait for: writes all, reads until somebody is content, never beyond a point in time.
// For conversations outside of lanes: token_keeper.h, probe.h.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "batching/stream/byte_stream.h"

namespace batching::kafka::client {

class blocking_exchange {
 public:
  using clock = std::chrono::steady_clock;

  blocking_exchange(stream::byte_stream& over, clock::time_point until) : over_(over), until_(until) {}

  // Each false: the stream's failure() says why, or the time is over.
  [[nodiscard]] bool handshake();
  [[nodiscard]] bool write(std::string_view bytes);
  /// Reads until `is_enough` of all that has come; `is_ended`: no more comes. False as well where more than
  /// `bytes_max` came.
  [[nodiscard]] bool read(std::string& to, std::size_t bytes_max,
                          const std::function<bool(std::string_view so_far, bool is_ended)>& is_enough);
  [[nodiscard]] bool is_late() const { return clock::now() >= until_; }

 private:
  [[nodiscard]] bool wait();

  stream::byte_stream& over_;
  clock::time_point until_;
};

}  // namespace batching::kafka::client
