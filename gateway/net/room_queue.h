// The sessions of one lane that wait for room to receive more of what they have begun. The newest is asked first: where
// old connections hold what they never finish, the one that came last is the one that goes on. Lane thread only.
#pragma once

#include <vector>

#include "gateway/runtime/lane.h"

namespace gateway::net {

class room_waiter {
 public:
  /// Room may be there. True: it took what it needs, and waits no longer. False: it is alive, and waits on.
  virtual bool take_room() = 0;

 protected:
  virtual ~room_waiter() = default;

 private:
  friend class room_queue;
  bool waits_ = false;
};

class room_queue {
 public:
  explicit room_queue(runtime::lane& on) noexcept : on_(&on) {}
  room_queue(const room_queue&) = delete;
  room_queue& operator=(const room_queue&) = delete;

  /// At most one entry a session: as many as the lane has connections.
  void enter(room_waiter& w);
  void leave(room_waiter& w) noexcept;
  /// Room was given back, or some time has passed: who waits is asked, in a handler of its own.
  void look_soon();

 private:
  void look();

  runtime::lane* on_;
  std::vector<room_waiter*> waiting_;  // the newest last
  bool posted_ = false;
};

}  // namespace gateway::net
