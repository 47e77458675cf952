#include "loadgen/sockets/io_thread.h"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "loadgen/measure/process_cpu.h"

namespace loadgen::sockets {

io_thread::io_thread() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll");
}

io_thread::~io_thread() {
  request_stop();
  join();
  ::close(epoll_);
}

void io_thread::add(const plan::run_plan& plan, const address& target, std::uint32_t index, std::uint64_t quota,
                    double weight) {
  streams_.emplace_back(plan, target, index, quota, weight, *this).set_place(wake_at_.size());
  wake_at_.push_back(timing::steady::time_point::max());
}

void io_thread::start(const timing::run_clock& clock, std::chrono::nanoseconds timeout) {
  thread_ = std::thread([this, clock, timeout] { run(clock, timeout); });
}

void io_thread::join() {
  if (thread_.joinable()) thread_.join();
}

void io_thread::collect(measure::tally& into) {
  const std::lock_guard guard(lock_);
  into.merge(tally_);
  tally_.clear();
}

void io_thread::watch(int fd, stream& who) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &who;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

void io_thread::wake(stream& who, timing::steady::time_point at) {
  timing::steady::time_point& earliest = wake_at_[who.place()];
  if (earliest <= at) return;
  earliest = at;
  timers_.push({at, &who});
}

void io_thread::with_tally(void (*use)(measure::tally&, void*), void* context) {
  const std::lock_guard guard(lock_);
  use(tally_, context);
}

void io_thread::wait(timing::steady::time_point until) {
  std::array<epoll_event, 256> ready;
  const auto left = std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(until - timing::steady::now()));
  timespec patience{};
  patience.tv_sec = static_cast<time_t>(left.count() / 1'000'000'000);
  patience.tv_nsec = static_cast<long>(left.count() % 1'000'000'000);
  const int count = ::epoll_pwait2(epoll_, ready.data(), static_cast<int>(ready.size()), &patience, nullptr);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = ready[static_cast<std::size_t>(i)];
    stream& who = *static_cast<stream*>(event.data.ptr);
    if ((event.events & (EPOLLOUT | EPOLLERR)) != 0) who.on_writable(timing::steady::now());
    if ((event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP)) != 0) who.on_readable(timing::steady::now());
  }
}

void io_thread::fire_timers(timing::steady::time_point now) {
  while (!timers_.empty() && timers_.top().at <= now) {
    const timer next = timers_.top();
    timers_.pop();
    timing::steady::time_point& earliest = wake_at_[next.who->place()];
    if (earliest != next.at) continue;  // an earlier timer took its place and fired
    earliest = timing::steady::time_point::max();
    next.who->on_time(now);
  }
}

bool io_thread::sweep(timing::steady::time_point now) {
  cpu_ns_ = measure::thread_cpu().count();
  bool all_done = true;
  for (stream& each : streams_) {
    each.check_timeouts(now);
    all_done = all_done && each.done(now);
  }
  return all_done;
}

void io_thread::run(const timing::run_clock& clock, std::chrono::nanoseconds timeout) {
  // The default slack of 50 us would be the load generator's own lateness.
  ::prctl(PR_SET_TIMERSLACK, 1UL);
  for (stream& each : streams_) each.start(clock);
  timing::steady::time_point give_up = clock.drain_end + timeout + std::chrono::seconds(1);
  timing::steady::time_point sweep_at = clock.start + sweep_every;
  bool stopped = false;
  for (timing::steady::time_point now = timing::steady::now(); now < give_up; now = timing::steady::now()) {
    fire_timers(now);
    if (stopping_ && !stopped) {
      stopped = true;
      give_up = std::min(give_up, now + std::chrono::seconds(5));
      for (stream& each : streams_) each.stop(now);
    }
    if (now >= sweep_at) {
      if (sweep(now)) break;
      sweep_at = now + sweep_every;
    }
    wait(timers_.empty() ? sweep_at : std::min(sweep_at, timers_.top().at));
  }
  for (stream& each : streams_) each.abandon(timing::steady::now());
  cpu_ns_ = measure::thread_cpu().count();
  finished_ = true;
}

}  // namespace loadgen::sockets
