// One lane's sessions of a listener: their poller, and the list that keeps each alive until it closes. Built with the
// listener's sessions; destroyed after the lane's thread has ended and before the lane is.
#pragma once

#include <memory>
#include <unordered_map>
#include <utility>

#include "gateway/net/poller.h"

namespace gateway::net {

template <class Session>
class session_home final : private poll_listener {
 public:
  explicit session_home(runtime::lane& on) : poller_(on, *this, poller::pace::at_once) {}
  ~session_home() {
    while (!open_.empty()) open_.begin()->second->close();
  }
  session_home(const session_home&) = delete;
  session_home& operator=(const session_home&) = delete;

  [[nodiscard]] poller& poll() noexcept { return poller_; }
  void enter(std::shared_ptr<Session> s) {
    Session* const key = s.get();
    open_.emplace(key, std::move(s));
  }
  /// In its close(): it goes away with the last handler that has it.
  void leave(Session& s) noexcept { open_.erase(&s); }

 private:
  void on_round_over() noexcept override {}

  poller poller_;
  std::unordered_map<Session*, std::shared_ptr<Session>> open_;  // co-owned by their posted handlers
};

}  // namespace gateway::net
