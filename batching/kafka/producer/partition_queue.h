// One partition's way to Kafka: what waits, in order, and the one record batch of it that is under way. Since there is
// never a second one, nothing can overtake, and an attempt that is repeated with the same sequence is written once.
//
//   waiting  [range range range] ── form_attempt ──>  attempt [range range]   sequence 40
//                                                     sent, sent again, ..    the same records, the same sequence
//                                                     settled                 sequence 42
//
// Pure. Used by the sender, on the lane's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include "batching/kafka/client/told_leader.h"
#include "batching/kafka/producer/order_fence.h"
#include "batching/kafka/producer/range_queue.h"
#include "batching/kafka/wire/record_batch.h"

namespace batching::kafka::producer {

/// The end of records that the client may send again.
struct failing {
  outcome fate = outcome::not_persisted;
  reason why = reason::none;
  std::uint64_t fence = 0;               // the number of the fence that is put up for them
  std::shared_ptr<void> until_answered;  // co-owned by their batches until the clients have their answers
};

/// Names the records to take back: those of these acks, in batches of this home.
struct withdrawal {
  const batch_home* home = nullptr;
  std::unordered_set<const ack*> late;
};
using answers_by_home = std::map<batch_home*, std::vector<taken_back>>;

class partition_queue {
 public:
  enum class phase : std::uint8_t {
    idle,         // nothing to send
    ready,        // waits for its leader's next request
    sent,         // in the request `correlation`
    backing_off,  // waits until `backs_off_until` after a refusal
  };

  partition_queue(std::uint32_t of_topic, std::int32_t its_partition) : topic_id(of_topic), partition(its_partition) {}

  /// Of one attempt: with what Kafka adds to each record it stays below the default max.message.bytes of 1 MiB, beside
  /// 512 KiB of keys and values.
  static constexpr std::uint32_t attempt_records_max = 16'384;

  /// In ranges of at most `bytes_max` and attempt_records_max; a record that is larger stands alone.
  void add(batch& sealed, std::int64_t bytes_max);
  /// Records that are not settled.
  [[nodiscard]] std::uint64_t records() const noexcept;
  [[nodiscard]] bool has_work() const noexcept { return !attempt_.empty() || !waiting_.empty(); }

  /// Of the attempt and of all that waits.
  [[nodiscard]] std::int64_t waiting_bytes() const noexcept { return attempt_bytes_ + waiting_bytes_; }

  /// Takes the next ranges as an attempt, of at most `bytes_max` (or one record that is larger) and
  /// attempt_records_max; no-op while one is under way.
  void form_attempt(std::int64_t bytes_max);
  [[nodiscard]] std::span<const wire::record_range> attempt() const noexcept { return attempt_; }
  [[nodiscard]] std::int64_t attempt_bytes() const noexcept { return attempt_bytes_; }
  [[nodiscard]] std::uint32_t attempt_records() const noexcept { return attempt_records_; }

  // The ends of an attempt. Each returns a batch to its lane once its last record is settled.
  /// Kafka has it from `base_offset` on.
  void settle_persisted(std::int64_t base_offset);
  /// not_persisted or possibly_persisted. Later events of its aggregates are blocked: in the attempt where it was not
  /// written, in what waits, and in what is added until lift().
  void fail_attempt(const failing& how);
  /// The attempt ends so, and whatever waits is not_persisted.
  void fail_all(const failing& how);
  /// Of a lone record: it will never be taken.
  void settle_rejected(reason why);
  /// Back to where it came from, to be sent in smaller parts: range by range, or half a range. False: it is a lone
  /// record, or splitting has found nothing splits_max times in a row. `culprit`: where Kafka has named it, by its
  /// place in the attempt.
  [[nodiscard]] bool split_attempt(std::optional<std::uint32_t> culprit = std::nullopt);
  static constexpr std::uint32_t splits_max = 64;  // finds several culprits in the largest batch
  /// Nothing will be written any more.
  void end_all(outcome of_attempt, reason why);

  // Fences: see order_fence.h.
  static constexpr std::size_t fences_max = 16;
  [[nodiscard]] bool is_fenced(std::uint64_t number) const noexcept;
  void answered(std::uint64_t number, clock::time_point at) noexcept;
  void lift(std::uint64_t number) noexcept;
  /// Takes back what waits and was certainly never written, and blocks what it leaves a hole for.
  void withdraw(const withdrawal& from, const failing& how, answers_by_home& answers);

  /// A new producer writes from here on: its sequences begin at 0.
  void begin_producer(const wire::producer_identity& by) noexcept;
  /// Sequences begin anew at 0, and Kafka's leader refuses what still comes late of the old ones. False: that was the
  /// last epoch of this producer id, and the next attempt needs another one.
  [[nodiscard]] bool raise_epoch() noexcept;
  static constexpr std::int16_t epoch_last = 32'767;

  const std::uint32_t topic_id;
  const std::int32_t partition;

  // The sender's.
  phase now = phase::idle;
  std::int32_t leader = -1;
  client::told_leader told;
  std::int32_t correlation = 0;   // of the request it was sent in
  bool may_be_written = false;    // an earlier attempt of the attempt has no answer that denies it
  std::uint32_t refusals = 0;     // of the attempt, that were refused
  std::uint32_t corruptions = 0;  // since a search for a culprit ended
  std::chrono::steady_clock::time_point backs_off_until{};
  wire::producer_identity producer;
  std::int32_t sequence = 0;  // of the attempt's first record

 private:
  void end_attempt() noexcept;
  void note_progress() noexcept;
  void settle_attempt(outcome fate, reason why);
  void fail(const wire::record_range& r, const failing& how, order_fence& fence);
  void put_up(order_fence&& fence);
  void block_waiting();
  void unform_attempt();
  void cut_out(std::uint32_t culprit);
  void enqueue(const wire::record_range& r, std::int64_t bytes_max);
  [[nodiscard]] const order_fence* fence_against(const batch& in, std::uint32_t record) const;

  void push_back(const wire::record_range& r, std::int64_t bytes) {
    waiting_.push_back(r);
    waiting_bytes_ += bytes;
  }

  std::vector<order_fence> fences_;
  range_queue waiting_;
  std::int64_t waiting_bytes_ = 0;
  std::vector<wire::record_range> attempt_;
  std::int64_t attempt_bytes_ = 0;
  std::uint32_t attempt_records_ = 0;
  std::size_t alone_ = 0;     // so many of the next ranges are sent alone
  std::uint32_t splits_ = 0;  // attempts, since the last one that Kafka took or a record was refused for good
};

}  // namespace batching::kafka::producer
