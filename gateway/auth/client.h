// One connection as its tenants see it: who is at the other end, and whose connection it counts as. Kept by the session
// as long as its socket. Lane thread only.
#pragma once

#include <utility>

#include "gateway/auth/principal.h"
#include "gateway/auth/tenant.h"

namespace gateway::auth {

class client {
 public:
  explicit client(peer from) noexcept : from_(std::move(from)) {}
  ~client() { leave(); }
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  [[nodiscard]] const peer& from() const noexcept { return from_; }
  /// From now on it is a connection of that tenant's. False: the tenant has as many as it may, and nothing changes.
  [[nodiscard]] bool belongs_to(principal who) noexcept {
    if (who.of == nullptr || who.of == of_) return true;
    if (of_ != nullptr && &of_->uses() == &who.of->uses()) return of_ = who.of, true;
    if (!who.of->take_connection()) return false;
    leave();
    of_ = who.of;
    return true;
  }
  void leave() noexcept {
    if (of_ != nullptr) std::exchange(of_, nullptr)->give_connection();
  }

 private:
  peer from_;
  const tenant* of_ = nullptr;
};

}  // namespace gateway::auth
