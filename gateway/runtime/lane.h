// A lane: one I/O thread with its own io_context, sessions, decode buffers and open batches. Lanes share the publisher,
// the budget and nothing else. Sessions see the world through their lane.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "batching/ack.h"
#include "batching/ack_pool.h"
#include "batching/batcher.h"
#include "batching/cluster.h"
#include "batching/hold_back.h"
#include "batching/intake.h"
#include "batching/topic_table.h"
#include "gateway/config/settings.h"
#include "metrics/recorder.h"

namespace gateway::runtime {

/// The lanes' view of the rest of the process. Implemented by app (and by the tests' fake).
class world {
 public:
  /// Any thread. Why an event posted now would not be taken ("draining", "kafka has been away for 40 s", ..); empty: it
  /// would.
  [[nodiscard]] virtual std::string not_ready_reason() const = 0;
  /// Any thread. Seconds until refused work is likely to be taken, from the measured drain rate; 1 .. 60.
  [[nodiscard]] virtual int retry_after_seconds() const noexcept = 0;
  /// Any thread. Asks Kafka for topics now rather than at the next refresh; at most one question is under way and at
  /// most ten a second. `done` runs on the asking lane's thread, after the lanes have the new table; `answered` is
  /// false where Kafka did not answer: then nothing is known of topics that are not in the table.
  virtual void refresh_topics(class lane& asking, std::function<void(bool answered)> done) = 0;
  /// Any thread. Brokers and leaders as Kafka's metadata says; nullptr: not known.
  [[nodiscard]] virtual std::shared_ptr<const batching::cluster> cluster() const { return nullptr; }

 protected:
  ~world() = default;
};

/// Something with deadlines that its lane looks at every `lane::tick`: a session. Linked while alive.
class timed {
 public:
  virtual void on_tick(batching::clock::time_point now) noexcept = 0;
  /// Once after lane::call_when_settled(): there may be room now.
  virtual void on_settled() noexcept {}

 protected:
  timed() = default;
  virtual ~timed() = default;

 private:
  friend class lane;
  timed* next_ = nullptr;
  timed* previous_ = nullptr;
  bool is_waiting_ = false;
};

class lane final : public batching::batch_home {
 public:
  static constexpr std::chrono::milliseconds tick{250};
  static constexpr std::size_t calls_per_cycle_max = 16;  // of those who wait for room; the others have their turn next
  static constexpr std::size_t scratch_bytes = 64 * 1024;
  static constexpr std::size_t scratch_padding = 64;  // simdjson may read this far beyond

  lane(std::uint32_t number, std::shared_ptr<const config::settings> settings, world& outside,
       batching::publisher& publisher, batching::in_flight& budget);
  ~lane();
  lane(const lane&) = delete;
  lane& operator=(const lane&) = delete;

  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
  [[nodiscard]] boost::asio::io_context& io() noexcept { return io_; }
  [[nodiscard]] const config::settings& settings() const noexcept { return *settings_; }
  /// Rises when settings() has changed (reload): what was derived from it is stale.
  [[nodiscard]] std::uint64_t settings_version() const noexcept { return settings_version_; }
  [[nodiscard]] world& outside() noexcept { return *outside_; }
  [[nodiscard]] const batching::topic_table& topics() const noexcept { return *topics_; }
  [[nodiscard]] metrics::lane_recorder& recorder() noexcept { return recorder_; }
  [[nodiscard]] const metrics::lane_recorder& recorder() const noexcept { return recorder_; }
  [[nodiscard]] batching::in_flight& budget() noexcept { return *budget_; }
  [[nodiscard]] bool draining() const noexcept { return draining_; }

  /// One clock read a readiness cycle, shared by everything that runs in it.
  [[nodiscard]] batching::clock::time_point now();
  /// The same reading as the wall has it: milliseconds since 1970, the timestamp of what is admitted now.
  [[nodiscard]] std::int64_t wall_ms() {
    end_cycle_soon();
    return wall_ms_;
  }

  /// Takes events in (batching::intake::submit), counts them and makes sure that the batches leave at the cycle's end.
  batching::admission submit(const batching::topic_entry& to, const batching::intake_policy& policy,
                             batching::events& list, batching::ack& answer, batching::ack_level level,
                             metrics::listener from, std::uint16_t destination = 0);
  /// Before a body is read: would the topic's events be refused for its share of the budget?
  [[nodiscard]] bool is_full(const batching::topic& of) const noexcept { return intake_.is_full(of); }

  /// Before a request is unpacked: should it wait rather than have events refused? Never while the gateway drains.
  [[nodiscard]] bool should_wait(const batching::room_wanted& request, batching::clock::duration waited) {
    return !draining_ && batching::should_wait(request, *budget_, waited, now());
  }
  /// Calls t.on_settled() once, after something of this lane was settled; those who came first are called first.
  void call_when_settled(timed& t);

  /// An ack from the lane's pool, and back. An ack that is detached with open events returns by itself.
  [[nodiscard]] batching::ack& take_ack() { return acks_.take(); }
  void give_back(batching::ack& answer) noexcept { acks_.take_back(answer); }

  /// A receive buffer that all sessions of the lane share: valid until the calling handler returns.
  [[nodiscard]] char* scratch() noexcept { return scratch_.get(); }
  /// Decoded events of the request at hand: valid until the calling handler returns.
  [[nodiscard]] batching::events& decoded() noexcept { return decoded_; }

  void watch(timed& t) noexcept;
  void unwatch(timed& t) noexcept;

  /// An answer's time is about to be over: what of it was never sent is answered not_persisted, soon, if that is
  /// certain (publisher::withdraw). Once an ack; it must have open events.
  void withdraw(const batching::ack& late);

  // batch_home: any thread.
  void take_back(std::unique_ptr<batching::batch> settled) noexcept override;
  void hand_over(std::shared_ptr<batching::topic> of, std::int32_t partition, std::function<void()> done) override;
  void answer(std::vector<batching::taken_back> list, std::shared_ptr<void> keep) override;
  /// Any thread: the new value is seen from the next readiness cycle on.
  void set_topics(std::shared_ptr<const batching::topic_table> topics);
  void set_settings(std::shared_ptr<const config::settings> settings);
  /// Any thread: sessions see draining() and close when they are idle; open batches go at once.
  void start_drain();
  /// Until stop(), on the lane's thread.
  void run();
  void stop();  // any thread

 private:
  void end_cycle_soon();
  void end_cycle();
  void flush(batching::clock::time_point now);
  void flush_again_at(batching::clock::time_point due);
  void collect();
  void collect_own();
  void settle_all(std::vector<std::unique_ptr<batching::batch>>& settled);
  void send_withdrawals();
  void settle(batching::batch& settled);
  void count_settled(const batching::batch& settled);
  void keep_ticking();
  void tick_all();
  void note_oldest();
  void call_waiting();

  std::uint32_t number_;
  batching::publisher* publisher_;
  std::atomic<std::thread::id> thread_{};             // that runs the lane
  std::shared_ptr<const config::settings> settings_;  // co-owned by the other lanes, until a reload replaces it
  std::uint64_t settings_version_ = 1;
  world* outside_;
  batching::in_flight* budget_;
  std::deque<timed*> waiting_;     // for room; at most one entry a session
  boost::asio::io_context io_{1};  // behind what sessions use when they end with it
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer ticker_;
  boost::asio::steady_timer linger_;
  batching::clock::time_point linger_due_ = batching::clock::time_point::max();
  std::shared_ptr<const batching::topic_table> topics_;  // co-owned by the other lanes
  metrics::lane_recorder recorder_;
  batching::ack_pool acks_;
  batching::batcher batcher_;
  batching::intake intake_;
  batching::events decoded_;
  std::unique_ptr<char[]> scratch_;
  batching::clock::time_point now_{};
  std::int64_t wall_ms_ = 0;
  bool now_is_fresh_ = false;  // also: the cycle's end is posted
  bool draining_ = false;
  timed* watched_ = nullptr;
  timed* next_to_tick_ = nullptr;  // so that a session may go away in its own tick

  std::mutex inbox_mutex_;
  std::vector<std::unique_ptr<batching::batch>> inbox_;  // settled batches; bounded by the in-flight budget
  std::vector<std::unique_ptr<batching::batch>> collected_;

  std::vector<std::unique_ptr<batching::batch>> own_;  // settled on this thread
  std::vector<std::unique_ptr<batching::batch>> own_collected_;
  std::vector<const batching::ack*> late_;  // to be withdrawn at the cycle's end
};

}  // namespace gateway::runtime
