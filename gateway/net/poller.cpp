#include "gateway/net/poller.h"

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <utility>

namespace gateway::net {
namespace {

int open_epoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0)
    throw boost::system::system_error({errno, boost::system::system_category()}, "cannot open an epoll");
  return descriptor;
}

}  // namespace

poller::poller(runtime::lane& on, poll_listener& listener, pace at)
    : lane_(&on), listener_(&listener), epoll_(on.io().get_executor(), open_epoll()), pause_(on.io()), pace_(at) {
  wait();
}

bool poller::watch(int descriptor, pollable& owner) noexcept {
  epoll_event wanted{};
  wanted.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  wanted.data.ptr = &owner;
  return ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &wanted) == 0;
}

void poller::unwatch(int descriptor, const pollable& owner) noexcept {
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, descriptor, nullptr);
  forget(owner);
}

// It may be among those that this round still has to serve.
void poller::forget(const pollable& owner) noexcept {
  for (std::size_t i = 0; i < serving_; ++i)
    if (ready_[i].data.ptr == &owner) ready_[i].data.ptr = nullptr;
}

void poller::wait() {
  epoll_.async_wait(boost::asio::posix::descriptor_base::wait_read, [this](boost::system::error_code ec) {
    if (!ec) serve();
  });
}

void poller::serve() {
  const int ready = ::epoll_wait(epoll_.native_handle(), ready_.data(), static_cast<int>(ready_.size()), 0);
  serving_ = static_cast<std::size_t>(std::max(ready, 0));
  for (std::size_t i = 0; i < serving_; ++i)
    if (auto* const owner = static_cast<pollable*>(ready_[i].data.ptr)) owner->on_ready(ready_[i].events);
  const std::size_t served = std::exchange(serving_, 0);
  listener_->on_round_over();

  if (pace_ == pace::at_once) return wait();
  arrivals_.add(served, lane_->now());
  const auto pause = arrivals_.pause();
  if (pause == pause.zero() || served == served_per_round_max) return wait();
  pause_.expires_after(pause);
  pause_.async_wait([this](boost::system::error_code ec) {
    if (!ec) serve();
  });
}

}  // namespace gateway::net
