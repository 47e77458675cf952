// A broker of the tests: takes connections on a port of its own, each on a thread, and answers each request as the test
// says.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/batching/kafka/producer/request_reader.h"

namespace tests::direct {

class fake_broker {
 public:
  /// The response without its length; nullopt: the connection is closed instead. Never twice at once.
  using responder = std::function<std::optional<std::string>(const read_request&)>;

  /// `port` 0: a free one.
  explicit fake_broker(responder respond, std::uint16_t port = 0);
  ~fake_broker();
  fake_broker(const fake_broker&) = delete;
  fake_broker& operator=(const fake_broker&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// All Produce requests so far, whole or not answered.
  [[nodiscard]] std::vector<read_request> produced() const;

  /// Gives out producer id 7 and persists everything at offset 0.
  [[nodiscard]] static std::optional<std::string> agree(const read_request& request);

 private:
  void serve(const std::stop_token& stop);
  void converse(int socket, const std::stop_token& stop);
  [[nodiscard]] std::optional<std::string> answer(std::string request);

  responder respond_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<read_request> produced_;
  std::deque<std::string> bytes_;  // what the requests' views point into
  std::mutex responding_;
  std::jthread thread_;
};

}  // namespace tests::direct
