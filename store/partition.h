// One partition of a store topic in this process: folds its log into the index, takes appends while it is owned, and
// tells who waits for a version or an offset. Built and used on the partition's lane, but for what says "any thread".
//
//   owned_partition ──records──> fold ──> index          appender ──record batch──> owned_partition
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "batching/batch.h"
#include "batching/publisher.h"
#include "store/appender.h"
#include "store/fold.h"
#include "store/log_sink.h"
#include "store/owned_partition.h"
#include "store/partition_index.h"

namespace store {

/// The notices that a person gets about a partition. Called on its lane.
class partition_notices {
 public:
  virtual void on_version_mismatch(const batching::topic& of, std::int32_t partition, const version_mismatch& what) = 0;
  virtual void on_index_failed(const batching::topic& of, std::int32_t partition, const std::string& why) = 0;

 protected:
  ~partition_notices() = default;
};

/// A read that waits until something is visible.
struct visibility {
  std::string aggregate;
  std::uint64_t version = 0;  // of the aggregate, at least
  std::int64_t offset = -1;   // of the partition, applied
};

class partition final : public log_sink,
                        public ownership_events,
                        private batching::publisher,
                        private batching::batch_home {
 public:
  static constexpr std::size_t waits_max = 1024;

  partition(std::shared_ptr<batching::topic> of, std::int32_t number, std::unique_ptr<partition_index> index,
            const appender_bounds& bounds, partition_notices& notices);
  partition(const partition&) = delete;
  partition& operator=(const partition&) = delete;

  /// Before anything else, and again after detach(). Reading begins at index().applied().
  void attach(owned_partition& driver);
  /// The driver ends: nothing is asked of it any more.
  void detach() noexcept { driver_ = nullptr; }
  /// Takes the assignment's word, for this driver and the next.
  void should_own(bool should);
  /// The index is of no use: serves nothing more, until it is attached anew.
  void stand_down();
  /// Any thread: an append of it is on its way to Kafka.
  [[nodiscard]] bool has_under_way() const noexcept { return has_under_way_.load(std::memory_order_acquire); }
  [[nodiscard]] bool has_failed() const noexcept { return failed_; }
  [[nodiscard]] bool is_attached() const noexcept { return driver_ != nullptr; }
  [[nodiscard]] owned_partition& driver() noexcept { return *driver_; }

  /// See appender::take().
  void take(const append& what) { appender_.take(what); }
  /// Once a cycle of the lane, after take(): what waits is decided on when its turn has come, now or later.
  void pump(batching::clock::time_point now, std::int64_t wall_ms);
  [[nodiscard]] bool wants_pump() const noexcept;
  /// The topic's max.message.bytes, as Kafka says now.
  void set_message_bytes_max(std::size_t bytes) noexcept { appender_.set_message_bytes_max(bytes); }
  /// The process ends: whatever waits, or is under way, is answered.
  void close();
  /// Called when it is served, and when there is something to pump that no take() has brought: post a pump().
  std::function<void()> on_wants_pump;

  /// `done(true)` once it is visible, `done(false)` when the partition is lost; either later, on the lane. False: too
  /// many wait already. `is_wanted`: asked now and then; a wait that nobody wants any more is dropped.
  [[nodiscard]] bool wait_for(visibility what, std::function<bool()> is_wanted, std::function<void(bool)> done);
  /// Asks Kafka whether what is here is the newest.
  void prove(std::function<void(bool is_owner)> done) {
    if (driver_ == nullptr) return done(false);
    driver_->prove(std::move(done));
  }

  /// Any thread: this process is its owner, as far as it knows, and the index has everything acknowledged.
  [[nodiscard]] bool is_serving() const noexcept { return serving_.load(std::memory_order_acquire); }
  /// Any thread: the log was read to its end once, so that taking the partition over costs no reading.
  [[nodiscard]] bool has_caught_up() const noexcept { return caught_up_.load(std::memory_order_acquire); }
  /// Any thread, for reading.
  [[nodiscard]] const partition_index& index() const noexcept { return *index_; }
  [[nodiscard]] const batching::topic& of() const noexcept { return *topic_; }
  [[nodiscard]] std::int32_t number() const noexcept { return number_; }
  [[nodiscard]] const appender& appends() const noexcept { return appender_; }
  [[nodiscard]] const fold& folding() const noexcept { return fold_; }

  // log_sink
  void on_batch(const log_batch& read) override;
  void on_position(const log_position& position) override;
  void on_caught_up() override { caught_up_.store(true, std::memory_order_release); }
  void on_restart(std::int64_t from) override;
  // ownership_events
  void on_gained() override;
  void on_lost(ownership_reason why) override;
  void on_settled(batches parts, const append_result& result) override;
  void on_turn(batching::clock::time_point now, std::int64_t wall_ms) override;

 private:
  struct wait {
    visibility what;
    std::function<bool()> is_wanted;
    std::function<void(bool)> done;
  };

  void publish(std::unique_ptr<batching::batch> whole) noexcept override;
  void take_back(std::unique_ptr<batching::batch>) noexcept override {}
  void on_mismatch(const version_mismatch& what);
  void fail(const std::string& why);
  using conflicts = std::vector<appender::conflict>;
  void prove_conflicts();
  void tell_conflicts(conflicts& of, bool is_owner) noexcept;
  void tell_waits();
  [[nodiscard]] bool is_visible(const visibility& what) const;

  std::shared_ptr<batching::topic> topic_;  // co-owned by the topic table
  std::int32_t number_;
  std::unique_ptr<partition_index> index_;
  partition_notices* notices_;
  owned_partition* driver_ = nullptr;
  fold fold_;
  appender appender_;
  std::vector<wait> waits_;
  std::vector<std::shared_ptr<conflicts>> unproven_;  // co-owned by the proofs they wait for; one told is empty
  std::atomic<bool> serving_{false};
  std::atomic<bool> has_under_way_{false};
  std::atomic<bool> caught_up_{false};
  bool should_own_ = false;
  bool failed_ = false;  // the index could not be written or read: nothing is served before it is attached anew
};

}  // namespace store
