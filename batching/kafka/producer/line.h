// One partition's way to Kafka: what waits, in order, and the one record batch of it that is under way. Since there is
// never a second one, nothing can overtake, and an attempt that is repeated with the same sequence is written once.
//
//   waiting  [run run run run] ── form_group ──>  group [run run]   sequence 40
//                                                  attempt, attempt, ..  the same records under the same sequence
//                                                  settled               sequence 42
//
// Pure. Used by the sender, on the lane's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "batching/kafka/producer/range_queue.h"
#include "batching/kafka/wire/record_batch.h"

namespace batching::kafka::producer {

class line {
 public:
  enum class phase : std::uint8_t {
    idle,     // nothing to send
    ready,    // waits for its leader's next request
    sent,     // in the request `correlation`
    resting,  // waits until `rest_until` after a refusal
  };

  line(std::uint32_t of_topic, std::int32_t its_partition) : topic_id(of_topic), partition(its_partition) {}

  /// Of one group: with what Kafka adds to each record it stays below the default max.message.bytes of 1 MiB, beside
  /// 512 KiB of keys and values.
  static constexpr std::uint32_t group_records_max = 16'384;

  /// In runs of at most `bytes_max` and group_records_max; a record that is larger stands alone.
  void add(batch& sealed, std::int64_t bytes_max);
  /// That are not settled.
  [[nodiscard]] std::uint64_t records() const noexcept;
  [[nodiscard]] bool has_work() const noexcept { return !group_.empty() || !waiting_.empty(); }

  /// Of the group and of all that waits.
  [[nodiscard]] std::int64_t waiting_bytes() const noexcept { return group_bytes_ + waiting_bytes_; }

  /// Takes the next runs as a group, of at most `bytes_max` (or one record that is larger) and group_records_max; no-op
  /// while one is under way.
  void form_group(std::int64_t bytes_max);
  [[nodiscard]] std::span<const wire::record_range> group() const noexcept { return group_; }
  [[nodiscard]] std::int64_t group_bytes() const noexcept { return group_bytes_; }
  [[nodiscard]] std::uint32_t group_records() const noexcept { return group_records_; }

  // How the group ends. Each gives batches whose last record it settles home.
  /// Kafka has it from `base_offset` on.
  void settle_persisted(std::int64_t base_offset);
  void settle_group(outcome fate, reason why);
  /// Its fate is unknown; what waits of the same keys is blocked: it must not be written past it.
  void settle_unknown(reason why);
  /// Back to where it came from, to be sent in smaller parts: run by run, or half a run. False: it is a lone record, or
  /// parting has led nowhere parts_max times in a row.
  [[nodiscard]] bool part_group();
  static constexpr std::uint32_t parts_max = 64;  // finds several culprits in the largest batch
  void settle_waiting(outcome fate, reason why);

  /// A new producer writes from here on: its sequences begin at 0.
  void begin_producer(const wire::producer_identity& by) noexcept;
  /// The next group is to be written by another producer.
  void end_producer() noexcept { producer = {}; }

  const std::uint32_t topic_id;
  const std::int32_t partition;

  // The sender's.
  phase now = phase::idle;
  std::int32_t leader = -1;
  std::int32_t correlation = 0;  // of the request it was sent in
  bool may_be_written = false;   // an earlier attempt of the group has no answer that denies it
  std::uint32_t attempts = 0;    // of the group, that were refused
  std::chrono::steady_clock::time_point rest_until{};
  wire::producer_identity producer;
  std::int32_t sequence = 0;  // of the group's first record

 private:
  void end_group() noexcept;
  void block_waiting(std::span<const wire::record_range> behind);

  void push_back(const wire::record_range& r, std::int64_t bytes) {
    waiting_.push_back(r);
    waiting_bytes_ += bytes;
  }

  range_queue waiting_;
  std::int64_t waiting_bytes_ = 0;
  std::vector<wire::record_range> group_;
  std::int64_t group_bytes_ = 0;
  std::uint32_t group_records_ = 0;
  std::size_t alone_ = 0;     // so many of the next runs are sent alone
  std::uint32_t parted_ = 0;  // groups, since the last one that Kafka took
};

}  // namespace batching::kafka::producer
