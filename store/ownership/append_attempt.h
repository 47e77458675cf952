// The one record batch of a partition that is on its way to Kafka: its bytes, which never change, and what is known of
// their fate. Pure. Used by partition.h.
//
//   waiting ─sent─> asked ─persisted─> confirmed (until the log has been folded up to it) ──> settled
//      ^               │ └─fenced at a repeat, ..─> in doubt (until the log tells) ─────────> settled
//      └──again────────┘
#pragma once

#include <cstdint>

#include "batching/kafka/wire/buffer.h"
#include "batching/kafka/wire/compressor.h"
#include "batching/kafka/wire/record_batch.h"
#include "store/owned_partition.h"

namespace store::ownership {

struct append_attempt {
  enum class phase : std::uint8_t { none, waiting, asked, confirmed, in_doubt };

  phase is = phase::none;
  batches parts;
  batching::kafka::wire::buffer bytes;
  std::int32_t records = 0;
  batching::kafka::wire::producer_identity by;
  std::int32_t sequence = 0;
  bool may_be_written = false;            // an earlier try has no answer that denies it
  std::uint32_t refusals = 0;             // in a row
  bool is_sealed = false;                 // the log holds a newer epoch: what is not in it now never will be
  batching::clock::time_point sent_at{};  // first
  std::uint64_t tries = 0;                // of all attempts: an answer belongs to one of them
  std::int64_t first_offset = -1;         // where Kafka, or the log, says it is
  batching::clock::time_point not_before{};

  [[nodiscard]] bool is_under_way() const noexcept { return is != phase::none; }
  /// Whether a record batch of the log is this one.
  [[nodiscard]] bool matches(const batching::kafka::wire::producer_identity& writer,
                             std::int32_t base_sequence) const noexcept {
    return is_under_way() && writer == by && base_sequence == sequence;
  }
};

/// Lays the records of all parts out as one record batch.
void lay_out(append_attempt& attempt, batching::kafka::wire::compression how, batching::kafka::wire::compressor& with,
             batching::kafka::wire::buffer& scratch);

}  // namespace store::ownership
