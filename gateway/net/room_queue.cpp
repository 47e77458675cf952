#include "gateway/net/room_queue.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace gateway::net {

void room_queue::enter(room_waiter& w) {
  if (!std::exchange(w.waits_, true)) waiting_.push_back(&w);
}

void room_queue::leave(room_waiter& w) noexcept {
  if (std::exchange(w.waits_, false)) std::erase(waiting_, &w);
}

void room_queue::look_soon() {
  if (waiting_.empty() || std::exchange(posted_, true)) return;
  boost::asio::post(on_->io(), [this] {
    posted_ = false;
    look();
  });
}

// Not beyond the first that finds none: what is given back gathers for it.
void room_queue::look() {
  while (!waiting_.empty()) {
    room_waiter& w = *waiting_.back();
    waiting_.pop_back();
    w.waits_ = false;
    if (w.take_room()) continue;
    enter(w);
    return;
  }
}

}  // namespace gateway::net
