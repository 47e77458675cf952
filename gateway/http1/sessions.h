// All HTTP sessions of one listener: one front and one poller a lane, and the sessions that are open on it. Built by
// app beside the listener; destroyed after the lanes' threads have ended and before the lanes are.
#pragma once

#include <memory>
#include <vector>

#include "gateway/api/front.h"
#include "gateway/http1/round.h"
#include "gateway/net/io_room.h"
#include "gateway/net/listener.h"
#include "gateway/net/poller.h"

namespace gateway::http1 {

class http_session;

/// One lane's share. Lane thread only.
class http_lane final : private net::poll_listener {
 public:
  http_lane(ingress::door& to, api::surface what, api::admin::admin_source* admin, net::io_room& room)
      : front_(to, what, admin), room_(&room), round_(front_), poller_(to.on(), *this) {}
  ~http_lane();
  http_lane(const http_lane&) = delete;
  http_lane& operator=(const http_lane&) = delete;

  [[nodiscard]] api::front& front() noexcept { return front_; }
  [[nodiscard]] net::io_room& room() noexcept { return *room_; }
  [[nodiscard]] http_round& round() noexcept { return round_; }
  [[nodiscard]] net::poller& poll() noexcept { return poller_; }

  /// The list keeps a session alive until it leaves.
  void enter(http_session& s) noexcept;
  void leave(http_session& s) noexcept;

 private:
  void on_round_over() noexcept override { round_.take_received(); }

  api::front front_;
  net::io_room* room_;
  http_round round_;
  net::poller poller_;
  http_session* sessions_ = nullptr;
};

class http_sessions {
 public:
  http_sessions(ingress::doors& of, api::surface what, api::admin::admin_source* admin = nullptr);
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
