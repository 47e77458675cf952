// The readiness of one lane's client sockets, in an epoll of its own that waits in the lane's event loop like one more
// socket (docs/adr/0007). Nothing is armed again for a request, and all that is ready is served in one handler. Under
// many small requests it pauses between two such rounds, so that each finds some company. Lane thread only.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>

#include "gateway/net/arrival_rate.h"
#include "gateway/net/socket.h"
#include "gateway/runtime/lane.h"

namespace gateway::net {

/// The owner of a watched socket.
class pollable {
 public:
  /// Edge-triggered: something has come, or there is room again, since the last call. `events` as epoll has them.
  virtual void on_ready(std::uint32_t events) noexcept = 0;

 protected:
  ~pollable() = default;
};

/// Told after a round of on_ready().
class poll_listener {
 public:
  virtual void on_round_over() noexcept = 0;

 protected:
  ~poll_listener() = default;
};

class poller {
 public:
  static constexpr std::size_t served_per_round_max = 256;  // then the lane's other work has its turn

  enum class pace : bool {
    in_company,  // pauses under many small requests (arrival_rate.h)
    at_once,
  };

  /// Both outlive it. Throws boost::system::system_error where the system has no descriptor left.
  poller(runtime::lane& on, poll_listener& listener, pace at = pace::in_company);
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  /// Until the descriptor is closed. False: the system has no room for one more; see errno.
  [[nodiscard]] bool watch(int descriptor, pollable& owner) noexcept;
  /// Nothing more is told to `owner` of a descriptor that stays open.
  void unwatch(int descriptor, const pollable& owner) noexcept;
  /// Nothing more is told to `owner`, whose descriptor is about to be closed.
  void forget(const pollable& owner) noexcept;

 private:
  void wait();
  void serve();

  runtime::lane* lane_;
  poll_listener* listener_;
  boost::asio::posix::basic_stream_descriptor<lane_executor> epoll_;
  boost::asio::steady_timer pause_;
  pace pace_;
  arrival_rate arrivals_;
  std::array<epoll_event, served_per_round_max> ready_{};
  std::size_t serving_ = 0;  // how many of ready_ this round has
};

}  // namespace gateway::net
