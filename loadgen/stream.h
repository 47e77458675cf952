#pragma once

// One connection's worth of load: decides when the next request goes out, sends it, takes the answers, resends what
// may be resent, and keeps the fate of every event. Owned by an io_thread and used only on its thread.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "loadgen/event_feed.h"
#include "loadgen/fates.h"
#include "loadgen/plan.h"
#include "loadgen/protocol.h"
#include "loadgen/request.h"
#include "loadgen/run_clock.h"
#include "loadgen/run_file.h"
#include "loadgen/settlement.h"
#include "loadgen/socket.h"
#include "loadgen/tally.h"

namespace loadgen {

class stream;

/// What a stream asks of the thread that runs it.
class stream_host {
 public:
  virtual ~stream_host() = default;
  virtual void watch(int fd, stream& who) = 0;                // edge-triggered, until the descriptor closes
  virtual void wake(stream& who, steady::time_point at) = 0;  // call on_time() then, or earlier
  virtual void with_tally(void (*use)(tally&, void*), void* context) = 0;
};

class stream {
 public:
  stream(const run_plan& plan, const address& target, std::uint32_t index, std::uint64_t quota, double weight,
         stream_host& host);

  void start(const run_clock& clock);
  void on_readable(steady::time_point now);
  void on_writable(steady::time_point now);
  void on_time(steady::time_point now) { pump(now); }
  /// Gives up on requests that waited too long; called every few milliseconds.
  void check_timeouts(steady::time_point now);
  /// No new requests from now on.
  void stop(steady::time_point now) { clock_.end = std::min(clock_.end, now), clock_.drain_end = clock_.end; }
  /// Settles whatever is left as unanswered or unsent.
  void abandon(steady::time_point now);
  bool done(steady::time_point now) const;

  std::uint32_t index() const { return index_; }
  std::size_t place() const { return place_; }  // among its thread's streams
  void set_place(std::size_t place) { place_ = place; }
  const fates& log() const { return log_; }
  const std::vector<resent_range>& resent() const { return resent_; }

 private:
  enum class link { down, connecting, up };

  request& slot(std::uint64_t id) { return slots_[id % slots_.size()]; }
  steady::time_point next_due() const;

  void pump(steady::time_point now);
  bool send_next(steady::time_point now);
  bool build_next(steady::time_point now);
  void note_start(request& what, steady::time_point now);
  bool write_some();
  void connect(steady::time_point now);
  void connect_failed(int error, steady::time_point now);
  void connected(steady::time_point now);
  void disconnect();
  void lost(const std::string& why, steady::time_point now);
  void take_answers(steady::time_point now);
  void take(request& what, const answer& said, steady::time_point now);
  void plan_resend(request& what, const answer& said, steady::time_point now);
  void settle_lost(bool complete_taken, bool whole_only, steady::time_point now);
  void note_resent(const request& what);
  void release(steady::time_point now);
  void count_unsent(steady::time_point now);
  bool may_wait(const request& what, steady::time_point now) const;

  template <typename Use>
  void tell(Use use) {
    host_.with_tally([](tally& into, void* context) { (*static_cast<Use*>(context))(into); }, &use);
  }

  static constexpr std::chrono::milliseconds backoff_first{50};
  static constexpr std::chrono::milliseconds backoff_max{2000};

  const run_plan& plan_;
  const address& target_;
  const std::uint32_t index_;
  std::size_t place_ = 0;
  stream_host& host_;
  std::unique_ptr<event_feed> feed_;
  run_clock clock_{};

  tcp_socket socket_;
  link link_ = link::down;
  std::unique_ptr<protocol> protocol_;
  steady::time_point connect_at_{};
  steady::time_point connect_started_{};
  std::chrono::milliseconds backoff_{0};
  std::string control_;  // bytes of the protocol itself, sent before the next request

  // Requests [first_, next_) exist; those below sending_ are out whole; sending_ is the one being written.
  std::vector<request> slots_;
  std::uint64_t first_ = 0;
  std::uint64_t sending_ = 0;
  std::uint64_t next_ = 0;
  steady::time_point free_since_{};
  steady::time_point pause_until_{};  // the server asked to be left alone until then
  std::deque<answered> answers_;

  fates log_;
  std::vector<resent_range> resent_;
};

}  // namespace loadgen
