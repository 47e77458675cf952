// A gateway's TCP fronts in a test: one lane on a thread of its own between real sockets and the fake publisher. And a
// client that speaks frames over a real socket.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gateway/auth/authority.h"
#include "gateway/frames/session.h"
#include "gateway/ingress/door.h"
#include "gateway/lines/session.h"
#include "gateway/net/entrance.h"
#include "gateway/net/listener.h"
#include "gateway/net/server_tls.h"
#include "gateway/runtime/lane.h"
#include "tests/gateway/frames/client.h"
#include "tests/support/fake_publisher.h"
#include "tests/support/fake_world.h"
#include "tests/support/raw_client.h"

namespace frames_test {

using namespace std::chrono_literals;

class front_fixture {
 public:
  /// Topic "orders" has 12 partitions and is where lines go.
  /// With `tls`, both listeners speak it.
  explicit front_fixture(gateway::config::settings settings = {}, std::size_t lanes = 1,
                         const std::optional<gateway::net::server_tls::settings>& tls = {});
  ~front_fixture();
  front_fixture(const front_fixture&) = delete;
  front_fixture& operator=(const front_fixture&) = delete;

  [[nodiscard]] std::uint16_t tcp_port() const { return tcp_->at().port; }
  [[nodiscard]] std::uint16_t lines_port() const { return lines_->at().port; }
  /// Only if `settings` have `auth`.
  [[nodiscard]] gateway::auth::authority& authority() { return *authority_; }
  [[nodiscard]] gateway::runtime::lane& lane(std::size_t i = 0) { return *lanes_[i]; }
  /// As SIGTERM does: no new connections, then every lane drains.
  void drain();
  /// Waits until `so`, 10 s at most.
  static bool eventually(const std::function<bool()>& so);
  bool has_no_connection() {
    return eventually([this] { return connections.open() == 0; });
  }

  tests::fake_world world;
  tests::fake_publisher publisher;
  gateway::net::connection_limit connections;
  batching::in_flight budget;

 private:
  std::optional<gateway::auth::authority> authority_;
  std::optional<gateway::ingress::doors> doors_;  // outlive the lanes, whose last handlers hold sessions
  std::vector<std::unique_ptr<gateway::runtime::lane>> lanes_;
  std::unique_ptr<gateway::frames::tcp_sessions> tcp_sessions_;
  std::unique_ptr<gateway::lines::lines_sessions> lines_sessions_;
  std::unique_ptr<gateway::net::server_tls> tls_;
  std::unique_ptr<gateway::net::entrances> tcp_entrances_, lines_entrances_;
  std::unique_ptr<gateway::net::listener> tcp_;
  std::unique_ptr<gateway::net::listener> lines_;
  std::vector<std::jthread> threads_;
};

class frame_client {
 public:
  explicit frame_client(std::uint16_t port) : socket(port) {}
  /// Says HELLO and returns the WELCOME.
  message greet();
  bool send(std::string_view bytes) { return socket.send(bytes); }
  /// The next frame, whatever it is; of that type, skipping others.
  [[nodiscard]] std::optional<message> next(std::chrono::milliseconds within = 5s);
  [[nodiscard]] std::optional<message> next(frame_type type, std::chrono::milliseconds within = 5s);
  /// Collects ACKs until `sequence` is answered; the counts are added up, the entries put together.
  [[nodiscard]] ack acked_up_to(std::uint64_t sequence, std::chrono::milliseconds within = 10s);

  tests::raw_client socket;

 private:
  std::string bytes_;
};

}  // namespace frames_test
