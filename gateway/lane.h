// A lane: one I/O thread with its own io_context, sessions, decode buffers and open batches. Lanes share the publisher,
// the budget and nothing else. Sessions see the world through their lane.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "batching/ack.h"
#include "batching/batcher.h"
#include "batching/intake.h"
#include "batching/topic_table.h"
#include "gateway/config/settings.h"
#include "metrics/recorder.h"

namespace gateway {

/// What the lanes need to know about the rest of the process. Implemented by app (and by the tests' fake).
class world {
 public:
  /// Any thread. Why an event posted now would not be taken ("draining", "kafka has been away for 40 s", ..); empty: it would.
  [[nodiscard]] virtual std::string not_ready_reason() const = 0;
  /// Any thread. Seconds until refused work is likely to be taken, from the measured drain rate; 1 .. 60.
  [[nodiscard]] virtual int retry_after_seconds() const noexcept = 0;
  /// Any thread. Asks Kafka for topics now rather than at the next refresh; at most one question is under way and at most
  /// ten a second. `done` runs on the asking lane's thread after the lanes have the new table.
  virtual void refresh_topics(class lane& asking, std::function<void()> done) = 0;

 protected:
  ~world() = default;
};

/// Something with deadlines that its lane looks at every `lane::tick`: a session. Linked while alive.
class timed {
 public:
  virtual void on_tick(batching::clock::time_point now) noexcept = 0;

 protected:
  timed() = default;
  ~timed() = default;

 private:
  friend class lane;
  timed* next_ = nullptr;
  timed* previous_ = nullptr;
};

class lane final : public batching::batch_home {
 public:
  static constexpr std::chrono::milliseconds tick{250};
  static constexpr std::size_t scratch_bytes = 64 * 1024;
  static constexpr std::size_t scratch_padding = 64;  // simdjson may read this far beyond

  lane(std::uint32_t number, const config::settings& settings, world& outside, batching::publisher& publisher,
       batching::in_flight& budget);
  ~lane();
  lane(const lane&) = delete;
  lane& operator=(const lane&) = delete;

  [[nodiscard]] boost::asio::io_context& io() noexcept { return io_; }
  [[nodiscard]] const config::settings& settings() const noexcept { return *settings_; }
  [[nodiscard]] world& outside() noexcept { return *outside_; }
  [[nodiscard]] const batching::topic_table& topics() const noexcept { return *topics_; }
  [[nodiscard]] metrics::lane_recorder& recorder() noexcept { return recorder_; }
  [[nodiscard]] batching::in_flight& budget() noexcept { return *budget_; }
  [[nodiscard]] bool draining() const noexcept { return draining_; }

  /// One clock read a readiness cycle, shared by everything that runs in it.
  [[nodiscard]] batching::clock::time_point now() noexcept;

  /// Takes events in (batching::intake::submit), counts them and makes sure that the batches leave at the cycle's end.
  batching::admission submit(const batching::topic_entry& to, const batching::intake_policy& policy,
                             const batching::events& list, batching::ack* answer, metrics::listener from);

  /// An ack from the lane's pool, and back. An ack that is detached with open events returns by itself.
  batching::ack& take_ack();
  void give_back(batching::ack& answer) noexcept;

  /// A receive buffer that all sessions of the lane share: valid until the calling handler returns.
  [[nodiscard]] char* scratch() noexcept { return scratch_.get(); }
  /// Decoded events of the request at hand: valid until the calling handler returns.
  [[nodiscard]] batching::events& decoded() noexcept { return decoded_; }

  void watch(timed& t) noexcept;
  void unwatch(timed& t) noexcept;

  // batch_home: any thread.
  void take_back(std::unique_ptr<batching::batch> settled) noexcept override;
  /// Any thread: the new table is seen from the next readiness cycle on.
  void set_topics(std::shared_ptr<const batching::topic_table> topics);
  /// Any thread: sessions see draining() and close when they are idle; open batches go at once.
  void start_drain();
  void run();   // until stop(), on the lane's thread
  void stop();  // any thread

 private:
  struct state;
  void wake();
  std::uint32_t number_;
  const config::settings* settings_;
  world* outside_;
  batching::in_flight* budget_;
  boost::asio::io_context io_;
  std::shared_ptr<const batching::topic_table> topics_;  // co-owned by the other lanes
  metrics::lane_recorder recorder_;
  batching::batcher batcher_;
  batching::intake intake_;
  batching::events decoded_;
  std::unique_ptr<char[]> scratch_;
  bool draining_ = false;
  std::unique_ptr<state> state_;
};

}  // namespace gateway
