// All HTTP sessions of one listener: one router and one poller a lane, and the sessions that are open on it. Built by
// app beside the listener; destroyed after the lanes' threads have ended and before the lanes are.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "gateway/http1/round.h"
#include "gateway/http1/router.h"
#include "gateway/net/io_room.h"
#include "gateway/net/listener.h"
#include "gateway/net/poller.h"
#include "gateway/net/room_queue.h"

namespace gateway::http1 {

class http_session;

/// One lane's share. Lane thread only.
class http_lane final : private net::poll_listener {
 public:
  http_lane(std::unique_ptr<router> to, net::io_room& room);
  ~http_lane();
  http_lane(const http_lane&) = delete;
  http_lane& operator=(const http_lane&) = delete;

  [[nodiscard]] router& routes() noexcept { return *router_; }
  [[nodiscard]] net::io_room& room() noexcept { return *room_; }
  [[nodiscard]] http_round& round() noexcept { return round_; }
  [[nodiscard]] net::poller& poll() noexcept { return poller_; }

  /// The list keeps a session alive until it leaves.
  void enter(http_session& s) noexcept;
  void leave(http_session& s) noexcept;

  /// Sessions that wait for room() for the rest of a request.
  [[nodiscard]] net::room_queue& starved() noexcept { return starved_; }

 private:
  void on_round_over() noexcept override { round_.take_received(); }

  std::unique_ptr<router> router_;
  net::io_room* room_;
  http_round round_;
  net::poller poller_;
  http_session* sessions_ = nullptr;
  net::room_queue starved_;
};

class http_sessions {
 public:
  /// One router a lane, in the lanes' order (api::routers_of).
  explicit http_sessions(std::vector<std::unique_ptr<router>> routers);
  ~http_sessions();
  http_sessions(const http_sessions&) = delete;
  http_sessions& operator=(const http_sessions&) = delete;

  /// For listener::start(); this object must outlive its use.
  [[nodiscard]] net::session_factory factory();

 private:
  net::io_room room_;
  std::vector<std::unique_ptr<http_lane>> lanes_;
};

}  // namespace gateway::http1
