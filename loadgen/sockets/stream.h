#pragma once

// One connection of the load: decides when the next request goes out, sends it, takes the answers, resends what
// may be resent, and keeps the fate of every event. Owned by an io_thread and used only on its thread.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "loadgen/answers/answer.h"
#include "loadgen/answers/fates.h"
#include "loadgen/load/feed.h"
#include "loadgen/measure/tally.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/sockets/socket.h"
#include "loadgen/timing/run_clock.h"
#include "loadgen/wire/protocol.h"
#include "loadgen/wire/request.h"

namespace loadgen::sockets {

class stream;

/// The services that a stream needs of its thread.
class stream_host {
 public:
  virtual ~stream_host() = default;
  virtual void watch(int fd, stream& who) = 0;                        // edge-triggered, until the descriptor closes
  virtual void wake(stream& who, timing::steady::time_point at) = 0;  // call on_time() then, or earlier
  virtual void with_tally(void (*use)(measure::tally&, void*), void* context) = 0;
};

class stream {
 public:
  stream(const plan::run_plan& plan, const address& target, std::uint32_t index, std::uint64_t quota, double weight,
         stream_host& host);

  void start(const timing::run_clock& clock);
  void on_readable(timing::steady::time_point now);
  void on_writable(timing::steady::time_point now);
  void on_time(timing::steady::time_point now) { pump(now); }
  /// Gives up on requests that waited too long; called every few milliseconds.
  void check_timeouts(timing::steady::time_point now);
  /// No new requests from now on.
  void stop(timing::steady::time_point now) { clock_.end = std::min(clock_.end, now), clock_.drain_end = clock_.end; }
  /// Settles all requests that are left as unanswered or unsent.
  void abandon(timing::steady::time_point now);
  bool done(timing::steady::time_point now) const;

  std::uint32_t index() const { return index_; }
  std::size_t place() const { return place_; }  // among its thread's streams
  void set_place(std::size_t place) { place_ = place; }
  const answers::fates& log() const { return log_; }
  const std::vector<answers::resent_range>& resent() const { return resent_; }

 private:
  enum class link { down, connecting, up };

  wire::request& slot(std::uint64_t id) { return slots_[id % slots_.size()]; }
  timing::steady::time_point next_due() const;

  void pump(timing::steady::time_point now);
  bool send_next(timing::steady::time_point now);
  bool build_next(timing::steady::time_point now);
  void note_start(wire::request& what, timing::steady::time_point now);
  bool write_some();
  void connect(timing::steady::time_point now);
  void connect_failed(int error, timing::steady::time_point now);
  void connected(timing::steady::time_point now);
  void disconnect();
  void lost(const std::string& why, timing::steady::time_point now);
  void take_answers(timing::steady::time_point now);
  void take(wire::request& what, const answers::answer& said, timing::steady::time_point now);
  void plan_resend(wire::request& what, const answers::answer& said, timing::steady::time_point now);
  void settle_lost(bool complete_taken, bool whole_only, timing::steady::time_point now);
  void note_resent(const wire::request& what);
  void release(timing::steady::time_point now);
  void count_unsent(timing::steady::time_point now);
  bool may_wait(const wire::request& what, timing::steady::time_point now) const;

  template <typename Use>
  void tell(Use use) {
    host_.with_tally([](measure::tally& into, void* context) { (*static_cast<Use*>(context))(into); }, &use);
  }

  static constexpr std::chrono::milliseconds backoff_first{50};
  static constexpr std::chrono::milliseconds backoff_max{2000};

  const plan::run_plan& plan_;
  const address& target_;
  const std::uint32_t index_;
  std::size_t place_ = 0;
  stream_host& host_;
  std::unique_ptr<load::feed> feed_;
  timing::run_clock clock_{};

  tcp_socket socket_;
  link link_ = link::down;
  std::unique_ptr<wire::protocol> protocol_;
  timing::steady::time_point connect_at_{};
  timing::steady::time_point connect_started_{};
  std::chrono::milliseconds backoff_{0};
  std::string control_;  // bytes of the protocol itself, sent before the next request

  // Requests [first_, next_) exist; those below sending_ are out whole; sending_ is the one being written.
  std::vector<wire::request> slots_;
  std::uint64_t first_ = 0;
  std::uint64_t sending_ = 0;
  std::uint64_t next_ = 0;
  timing::steady::time_point free_since_{};
  timing::steady::time_point pause_until_{};  // the server asked for a pause until then
  std::deque<wire::answered> answers_;

  answers::fates log_;
  std::vector<answers::resent_range> resent_;
};

}  // namespace loadgen::sockets
