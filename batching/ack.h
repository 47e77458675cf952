// The answer to one client request, while it is being gathered: one outcome for each event. It belongs to one lane and
// is used on that lane's thread only. A session begins it, the intake and the returning batches settle into it, and
// when nothing is open any more the listener is told. A session that cannot wait (timeout, client gone) detaches; the
// ack then lives on until its last record is settled and goes back to its pool.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "batching/arena.h"
#include "batching/in_flight.h"
#include "batching/outcome.h"

namespace batching {

class ack;
class topic;

/// The owner to which a detached ack returns once nothing is open: the pool it came from.
class ack_owner {
 public:
  virtual void take_back(ack& idle) noexcept = 0;

 protected:
  ~ack_owner() = default;
};

class ack_listener {
 public:
  /// Every event has its outcome. On the lane's thread; must not throw. The ack is released by the callee (ack_pool).
  virtual void on_acked(ack& settled) noexcept = 0;

 protected:
  ~ack_listener() = default;
};

/// One partition's part of the answer. Offsets are those that are known, -1 where none is.
struct partition_span {
  std::int32_t partition = 0;
  std::uint32_t events = 0;
  std::int64_t first_offset = -1;
  std::int64_t last_offset = -1;
  const topic* of = nullptr;
};

struct failure {
  std::uint32_t index = 0;
  outcome fate = outcome::possibly_persisted;
  reason why = reason::none;
  std::string_view detail;  // static, or kept by the ack
};

struct position {
  std::int32_t partition = -1;  // -1: the event has no position (not persisted)
  std::int64_t offset = -1;     // -1 beside a partition: persisted, and Kafka did not say where
  const topic* of = nullptr;
};

class ack {
 public:
  /// The cost of an ack at all, beside its records: itself, its request's place in a session. Charged from begin() on.
  static constexpr std::int64_t base_bytes = 640;
  /// A few failures and their words are within that; more is charged to the budget while it is held.
  static constexpr std::size_t uncharged_bytes = 256;
  /// Details of one ack together; events behind that are explained by their reason alone.
  static constexpr std::size_t details_bytes_max = 64 * 1024;
  static constexpr std::size_t detail_bytes_max = 1024;

  /// `budget`: where what it holds is charged; nullptr: nowhere (tests).
  explicit ack(ack_owner* owner = nullptr, in_flight* budget = nullptr) noexcept : owner_(owner), budget_(budget) {}
  ~ack() { end_charge(); }
  ack(const ack&) = delete;
  ack& operator=(const ack&) = delete;

  /// `wants_each`: keep every event's position (results=each), 24 B an event.
  void begin(ack_listener* listener, std::uint32_t events, bool wants_each);

  /// `of` outlives the ack: topics live as long as the process.
  void settle_persisted(std::uint32_t index, std::int32_t partition, std::int64_t offset, const topic* of = nullptr);
  /// ack=none: the event was taken and nobody waits for more.
  void settle_accepted(std::uint32_t index);
  void settle_failed(std::uint32_t index, outcome fate, reason why, std::string_view detail = {});
  /// The request itself is done handing events over: from now on the last settlement tells the listener. Until then
  /// nothing does, so that a request whose events are all settled at once is answered once.
  void seal();
  /// Nobody listens any more: the records go on, and the ack returns to its pool with the last of them. A settled ack
  /// must be given back instead.
  std::uint32_t detach() noexcept;
  /// Nothing was handed over after all (admission::full): the ack may be given back or begun again.
  void cancel() noexcept { open_ = 0; }
  /// Adds `bytes` to `counter`, and takes them from it again with the last settlement. Once a begin().
  void charge(std::atomic<std::int64_t>& counter, std::int64_t bytes) noexcept {
    if (open_ == 0) return;  // all settled on the way in
    counter.fetch_add(bytes, std::memory_order_relaxed);
    charged_to_ = &counter;
    charged_bytes_ = bytes;
  }

  /// Nothing of what was gathered is read any more: ends the charge for it. The memory itself stays.
  void end_charge() noexcept;
  /// The bytes that failures, their details, positions and marks hold now.
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

  [[nodiscard]] std::uint32_t events() const noexcept { return events_; }
  [[nodiscard]] std::uint32_t open() const noexcept { return open_; }
  [[nodiscard]] bool is_settled() const noexcept { return sealed_ && open_ == 0; }
  [[nodiscard]] bool is_detached() const noexcept { return listener_ == nullptr; }
  [[nodiscard]] std::uint32_t count(outcome o) const noexcept { return counts_[static_cast<std::size_t>(o)]; }
  /// Of ack=none: how many were taken without an outcome.
  [[nodiscard]] std::uint32_t accepted() const noexcept { return accepted_; }
  /// Sorted by partition; of several topics by topic before that, in no order of theirs.
  [[nodiscard]] std::span<const partition_span> partitions();
  /// Sorted by index.
  [[nodiscard]] std::span<const failure> failures();
  /// One an event where `wants_each`, else empty.
  [[nodiscard]] std::span<const position> positions() const noexcept { return positions_; }
  /// Indexes that are not settled yet (for a 504), rising.
  [[nodiscard]] std::vector<std::uint32_t> open_indexes() const;

 private:
  void mark(std::uint32_t index) noexcept;
  void span_of(std::int32_t partition, std::int64_t offset, const topic* of);
  void settled_one();
  void discharge() noexcept {
    if (charged_to_ != nullptr) charged_to_->fetch_sub(charged_bytes_, std::memory_order_relaxed);
    charged_to_ = nullptr;
  }
  void tell();
  std::string_view keep(std::string_view detail);
  void charge_growth();

  ack_owner* owner_;
  in_flight* budget_;
  std::int64_t charged_ = 0;
  arena details_;
  std::size_t details_bytes_ = 0;
  std::string_view last_detail_;
  ack_listener* listener_ = nullptr;
  std::atomic<std::int64_t>* charged_to_ = nullptr;
  std::int64_t charged_bytes_ = 0;
  std::uint32_t events_ = 0;
  std::uint32_t open_ = 0;
  std::uint32_t accepted_ = 0;
  bool sealed_ = false;
  std::uint32_t counts_[outcomes] = {};
  std::vector<partition_span> partitions_;
  std::vector<failure> failures_;
  std::vector<position> positions_;
  std::vector<std::uint64_t> settled_bits_;
};

}  // namespace batching
