// Drives one HTTP conversation without sockets or threads: bytes in, in whatever pieces, answers out; everything behind
// it is the fake world and publisher.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http1/conversation.h"
#include "gateway/http1/routes.h"
#include "gateway/ingress/door.h"
#include "gateway/runtime/lane.h"
#include "tests/support/fake_publisher.h"
#include "tests/support/fake_world.h"

namespace tests {

class conversation_driver final : private gateway::http1::conversation_host {
 public:
  using table = std::function<gateway::http1::routes(gateway::ingress::door&)>;
  /// Beside the http listener's own table: that of `routes`, for tests of routing itself.
  explicit conversation_driver(gateway::config::settings settings = {}, const table& routes = {});

  /// As if the client had sent these bytes in one piece.
  void send(std::string_view bytes);
  void end_of_input();
  /// The connection is gone.
  void hang_up() noexcept { talk_.abandon(); }
  /// Time passes; deadlines are looked at, once.
  void advance(std::chrono::milliseconds by);
  /// The client does not read its answers, or does again.
  void hold(bool held) { talk_.hold(held, now_); }
  /// Everything that can go on does.
  void go_on();
  /// Only the first turn of what send() would do.
  void send_for_one_turn(std::string_view bytes);
  [[nodiscard]] bool wants_turn() const noexcept { return talk_.wants_turn(); }
  /// All answers so far, without 100 Continue and with a fixed Date.
  [[nodiscard]] std::string answers() const;
  [[nodiscard]] bool is_over() const noexcept { return talk_.is_over(); }
  [[nodiscard]] batching::clock::time_point now() const noexcept { return now_; }

  fake_world world;
  fake_publisher publisher;

 private:
  void on_answer_ready() noexcept override {}
  void on_unknown_topic() noexcept override;
  void on_protocol_error(const gateway::http1::problem&) noexcept override {}
  void append(std::string_view bytes);
  void take(std::size_t fresh);

  std::shared_ptr<const gateway::config::settings> settings_;
  batching::in_flight budget_;
  gateway::runtime::lane lane_;
  gateway::ingress::door door_;
  gateway::http1::router router_;
  gateway::http1::conversation talk_;
  std::vector<char> bytes_;
  std::size_t size_ = 0;
  batching::clock::time_point now_ = batching::clock::now();
  std::string answers_;
};

}  // namespace tests
