// The time a connection has waited for room with what it wants to hand over next: a frame, a run of lines. Kept by the
// sessions that let their client wait (batching/hold_back.h).
#pragma once

#include <optional>

#include "batching/batch.h"

namespace gateway::net {

class room_wait {
 public:
  using clock = batching::clock;

  /// Zero where it does not wait.
  [[nodiscard]] clock::duration so_far(clock::time_point now) const noexcept {
    return since_ ? now - *since_ : clock::duration::zero();
  }
  /// There is no room: it begins to wait, or goes on.
  void go_on(clock::time_point now) noexcept {
    if (!since_) since_ = now;
  }
  void end() noexcept { since_.reset(); }

 private:
  std::optional<clock::time_point> since_;
};

}  // namespace gateway::net
