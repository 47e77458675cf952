// The target of a store partition's log, folded: the index and the versions. Implemented by them; called in offset
// order by store/ownership, on the thread of the partition's lane. Views are valid during the call.
//
//   position p, note n ──> on_batch on_position on_batch on_position .. on_caught_up .. on_batch on_position ..
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "batching/record.h"

namespace store {

struct log_record {
  std::int64_t offset = -1;
  std::int64_t timestamp_ms = 0;  // since 1970; as the log has it
  bool has_key = false;
  bool has_value = false;  // false: a null value
  std::string_view key;
  std::string_view value;
  std::span<const batching::header> headers;
};

/// Records of one record batch. Transaction markers and the records that only fence a writer do not reach a sink.
/// After a start in the middle of a record batch only its later records are given.
struct log_batch {
  std::int64_t producer_id = -1;  // -1: a writer without idempotence
  std::int16_t producer_epoch = -1;
  std::int32_t base_sequence = -1;
  bool is_own = false;  // from memory, when Kafka had confirmed it; else read from the log
  std::span<const log_record> records;
};

/// The position at which folding goes on after a restart. To be stored together with what was folded up to there.
struct log_position {
  std::int64_t next_offset = 0;
  std::string note;  // opaque: which writers are still to be fenced. At most note_bytes_max
};
inline constexpr std::size_t note_bytes_max = 1024;

class log_sink {
 public:
  virtual void on_batch(const log_batch& read) = 0;
  /// Everything below `position.next_offset` has been given. Comes after each fetch and each own append, also where
  /// only markers were read.
  virtual void on_position(const log_position& position) = 0;
  /// The end of the log was reached, as its leader knows it: once after each start and restart. Proves nothing.
  virtual void on_caught_up() = 0;
  /// The log does not go on at the position: it was cut at its front or its end, or the topic was made anew. All that
  /// was folded from it is to be thrown away; it is read again from `from` on, its first offset now.
  virtual void on_restart(std::int64_t from) = 0;

 protected:
  ~log_sink() = default;
};

}  // namespace store
