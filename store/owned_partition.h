// One partition of a store topic as its appender sees it: whether this process is its owner, and one record batch at a
// time on its way to Kafka. Taking, keeping and losing ownership is the business of store/ownership, which implements
// this. Everything here is called on the thread of the partition's lane.
//
//   following ──should own──> taking over ──marker read──> serving ──fenced, foreign writer, ..──> lost ──> taking over
//       ^                                                     └────────should not own any more────────> following
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "batching/batch.h"
#include "batching/outcome.h"

namespace store {

enum class ownership_state : std::uint8_t {
  following,    // the log is read; somebody else owns the partition, or nobody
  taking_over,  // asks Kafka for it, and reads up to its own marker
  serving,      // everything acknowledged so far has been folded; appends are taken
  lost,         // pauses before it takes over again
};

/// Why the ownership is as it is. code() is part of the interface.
enum class ownership_reason : std::uint8_t {
  none,
  not_assigned,     // another instance should own it
  starting,         // the log is being read for the first time
  assigned,         // taking over, because it should be ours
  fenced,           // Kafka refused our epoch: another owner took over
  rival,            // another owner was faster while we took over
  foreign_writer,   // a stranger wrote to the partition, perhaps under our producer id
  id_expired,       // Kafka forgot our transactional id
  unknown_outcome,  // taken over from ourselves, to learn what became of an append
  not_authorized,   // Kafka does not allow it: rights are missing
  refused,          // Kafka refuses for another reason; the log line says which
  topic_gone,       // there is no such partition
  log_unreadable,   // a record batch cannot be read; the log line says which and why
};
inline constexpr std::size_t ownership_reasons = 13;

[[nodiscard]] std::string_view name(ownership_state) noexcept;
[[nodiscard]] std::string_view code(ownership_reason) noexcept;

struct ownership_status {
  ownership_state is = ownership_state::following;
  ownership_reason why = ownership_reason::starting;
  batching::clock::time_point since{};
  std::int16_t epoch = -1;       // of the last take-over
  std::int64_t next_offset = 0;  // everything below has been folded
  std::int64_t end_offset = -1;  // of the log, as far as known; -1: not known
  bool has_caught_up = false;    // once since the start of reading
  bool is_keep_overdue = false;  // served, and Kafka has not confirmed for twice the interval that it is ours
};

/// The result of an append. All of its records share it.
struct append_result {
  /// persisted: the sink has had its records already.
  /// not_persisted: certainly not in the log, and never will be. rejected: Kafka will never take it.
  /// possibly_persisted: only at the end of the process.
  batching::outcome fate = batching::outcome::possibly_persisted;
  batching::reason why = batching::reason::none;
  std::int64_t first_offset = -1;  // of its first record; the others follow without a gap
};

using batches = std::vector<std::unique_ptr<batching::batch>>;

/// Implemented by the appender.
class ownership_events {
 public:
  /// Every record that was ever acknowledged by any owner has been given to the sink. append() is possible from now on.
  virtual void on_gained() = 0;
  /// From now on nothing may be answered from memory as if it were the newest. An append that is under way is settled
  /// later, with certainty, from the log.
  virtual void on_lost(ownership_reason why) = 0;
  /// The records of `parts` are not settled and not sent home: that is the appender's part. The next append is possible
  /// from within this call, where can_append() says so.
  virtual void on_settled(batches parts, const append_result& result) = 0;
  /// The turn that ask_turn() has asked for: append() is possible from within this call.
  virtual void on_turn(batching::clock::time_point /*now*/, std::int64_t /*wall_ms*/) {}

 protected:
  ~ownership_events() = default;
};

class owned_partition {
 public:
  virtual ~owned_partition() = default;

  /// Takes the assignment's word. Taking over begins once the log was read to its end.
  virtual void should_own(bool should) = 0;
  [[nodiscard]] virtual const ownership_status& status() const noexcept = 0;

  /// Serving, and no append is under way.
  [[nodiscard]] virtual bool can_append() const noexcept = 0;
  /// Of the records of one append, uncompressed: keys, values, headers and 40 bytes each. More may be refused by Kafka
  /// (rejected, message_too_large).
  [[nodiscard]] virtual std::size_t append_bytes_max() const noexcept = 0;
  /// So many appends wait. True: append() at once. False: on_turn() comes when they are to leave, together with those
  /// of other partitions and with what is announced meanwhile; it may come never, if the partition is lost.
  [[nodiscard]] virtual bool ask_turn(std::size_t appends) = 0;
  /// Writes all records of `parts`, in order, as one record batch: Kafka has all of them or none. Only when
  /// can_append(). Repeated with identical bytes until its outcome is known; ends in ownership_events::on_settled,
  /// never from within this call.
  virtual void append(batches parts) = 0;

  /// Finds out whether this process is still the owner: Kafka accepts an append that is sent after this call, or is
  /// asked. `done(true)`: it was, at some moment after this call, so what has been folded is not stale. One question
  /// answers all that wait. May take a second when Kafka is slow; never called from within; false at once (but later
  /// than this call) where it does not serve.
  virtual void prove(std::function<void(bool is_owner)> done) = 0;
};

}  // namespace store
