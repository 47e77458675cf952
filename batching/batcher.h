// The open batches of one lane: groups what arrives by partition and decides when a batch is sealed. Pure: no clock, no
// socket, no thread; `now` is a parameter.
//
// Linger is adaptive, and `linger` its upper bound.
//
// Few arrivals: a partition with nothing in flight sends at the end of the readiness cycle; while a batch of it is in
// flight, what arrives meanwhile is the next batch.
//
//   arrivals   a a   a a a a a      a a a
//   batches   [a a] [a a a a a]    [a a a]
//   in flight  ├──────┤├─────────────┤        idle -> at once; busy -> when the one before is back, or linger is over
//
// Many, so that this would make more than requests_at_once_max a second: all open batches wait together until about
// gather_target records a partition are there, or nobody comes any more, and leave as one wave.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "batching/arrivals.h"
#include "batching/batch.h"
#include "batching/publisher.h"
#include "batching/topic_table.h"

namespace batching {

struct batch_bounds {
  std::uint32_t records_max = 4096;
  std::int64_t bytes_max = 512 * 1024;     // of keys, values and headers
  std::chrono::microseconds linger{5000};  // the longest an open batch waits, not a tax on every event
};

class batcher {
 public:
  batcher(batch_home& home, publisher& to, batch_bounds bounds);

  /// The open batch of a partition, with room for one more record; sealed and replaced when a bound is reached.
  batch& open(const std::shared_ptr<topic>& of, std::int32_t partition, clock::time_point now);

  /// The wall clock of the readiness cycle: what is admitted in it has this timestamp.
  void set_wall_time(std::int64_t ms) noexcept { wall_ms_ = ms; }

  /// The bytes that one partition holds of the budget: the sealed batches of all lanes and this lane's open one.
  [[nodiscard]] std::int64_t held_bytes(const topic& of, std::int32_t partition);

  /// End of a readiness cycle: hands over every batch that need not wait. Returns when to call again at the latest;
  /// time_point::max() when nothing is open.
  clock::time_point flush(clock::time_point now);

  /// Seals and hands over the open batch of one partition, if there is one.
  void hand_over(const topic& of, std::int32_t partition, clock::time_point now);

  /// Everything that is open goes now (drain).
  void flush_all(clock::time_point now);

  /// A batch has come back. Its partition may send its next one at the coming flush().
  void on_settled(const batch& settled, clock::time_point now) noexcept;
  /// Keeps the memory of a settled batch for the next one. Bounded: see spare_batches_max, spare_bytes_max.
  void recycle(std::unique_ptr<batch> settled) noexcept;

  /// When the oldest record that is not settled was admitted; time_point::max() when there is none. For the publish
  /// lag.
  [[nodiscard]] clock::time_point oldest_unsettled(std::uint32_t topic_id) const noexcept;
  [[nodiscard]] std::size_t topics_seen() const noexcept { return open_slots_.size(); }

  [[nodiscard]] std::size_t open_batches() const noexcept { return open_.size(); }
  [[nodiscard]] std::size_t batches_in_flight() const noexcept { return in_flight_; }
  /// Memory of settled batches that is kept for the next ones.
  [[nodiscard]] std::size_t spare_bytes() const noexcept { return spare_bytes_; }

  // A request costs librdkafka's thread about 80 us and the broker as much: this many fill a core. Beyond gather_target
  // records a batch, longer ones save little more (docs/performance.md, "Batches").
  static constexpr double requests_at_once_max = 15'000;
  static constexpr double gather_target = 64;

  static constexpr std::size_t spare_batches_max = 1024;  // a few waves of 256 partitions
  static constexpr std::size_t spare_bytes_max = 16 * 1024 * 1024;
  static constexpr std::size_t spare_bytes_each_max = 256 * 1024;

 private:
  struct open_slot {  // one partition of one topic
    std::unique_ptr<batch> open;
    std::vector<clock::time_point> sent;  // opened_at of this lane's batches at the publisher, in their order
    arrivals::mark counted = 0;
    std::uint64_t touched_in = 0;  // cycle_
    bool listed = false;           // in open_
  };
  open_slot& slot_of(const topic& t, std::int32_t partition);
  [[nodiscard]] bool note_arrival(open_slot& s, clock::time_point now) noexcept;
  void seal(open_slot& s, clock::time_point now);
  [[nodiscard]] clock::duration wave_wait() const noexcept;
  clock::time_point flush_idle(clock::time_point now);
  std::unique_ptr<batch> fresh(const std::shared_ptr<topic>& of, std::int32_t partition);

  batch_home* home_;
  publisher* publisher_;
  batch_bounds bounds_;
  arrivals arrivals_;
  clock::time_point wave_began_ = clock::time_point::max();  // the oldest open batch is not older
  clock::time_point last_arrival_{};
  std::int64_t wall_ms_ = 0;
  std::uint64_t cycle_ = 1;
  bool arrived_ = false;                                             // in this cycle
  std::vector<std::vector<std::unique_ptr<open_slot>>> open_slots_;  // by topic id, then partition
  std::vector<open_slot*> open_;                                     // those with an open batch, oldest first
  std::vector<std::unique_ptr<batch>> spare_;
  std::size_t spare_bytes_ = 0;
  std::size_t in_flight_ = 0;
};

}  // namespace batching
