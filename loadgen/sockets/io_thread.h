#pragma once

// One thread of load: an epoll loop over its streams, their timers and their counts. A stream stays on its thread. Made
// and run by generator.

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

#include "loadgen/measure/tally.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/sockets/stream.h"
#include "loadgen/timing/run_clock.h"

namespace loadgen::sockets {

class io_thread final : public stream_host {
 public:
  io_thread();
  ~io_thread() override;
  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;

  void add(const plan::run_plan& plan, const address& target, std::uint32_t index, std::uint64_t quota, double weight);

  void start(const timing::run_clock& clock, std::chrono::nanoseconds timeout);
  void request_stop() { stopping_ = true; }
  void join();
  bool finished() const { return finished_; }

  /// Moves what was counted since the last call into `into`. Any thread.
  void collect(measure::tally& into);
  std::chrono::nanoseconds cpu() const { return std::chrono::nanoseconds(cpu_ns_); }
  const std::deque<stream>& streams() const { return streams_; }  // after join

  void watch(int fd, stream& who) override;
  void wake(stream& who, timing::steady::time_point at) override;
  void with_tally(void (*use)(measure::tally&, void*), void* context) override;

 private:
  struct timer {
    timing::steady::time_point at;
    stream* who;
    bool operator>(const timer& other) const { return at > other.at; }
  };
  static constexpr std::chrono::milliseconds sweep_every{20};

  void run(const timing::run_clock& clock, std::chrono::nanoseconds timeout);
  void wait(timing::steady::time_point until);
  void fire_timers(timing::steady::time_point now);
  bool sweep(timing::steady::time_point now);

  int epoll_ = -1;
  std::deque<stream> streams_;
  std::priority_queue<timer, std::vector<timer>, std::greater<>> timers_;
  std::vector<timing::steady::time_point> wake_at_;  // by position in streams_: the earliest timer set
  std::mutex lock_;
  measure::tally tally_;  // guarded by lock_
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> finished_ = false;
  std::atomic<std::int64_t> cpu_ns_ = 0;
  std::thread thread_;
};

}  // namespace loadgen::sockets
