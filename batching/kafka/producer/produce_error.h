// Maps a broker's errors to our reaction: for one partition of a Produce request, and for InitProducerId. Two tables.
// Pure. The sender acts on it.
#pragma once

#include <cstdint>

#include "batching/kafka/wire/error_code.h"
#include "batching/outcome.h"

namespace batching::kafka::producer {

enum class produce_meaning : std::uint8_t {
  persisted,
  doubtful,       // Kafka means to have it and does not say where; never taken for success (docs/reliability.md)
  retry,          // this attempt was not written
  retry_written,  // this attempt may have been written, here or where the next leader found it
  corrupt,  // not written: damaged on the way, or a record that the broker cannot check; which one shows by retrying
  record_refused,  // not written: one of its records will never be taken: `why`
  batch_refused,   // not written, and no record of it is to blame: `why`
  sequence_lost,   // this attempt was not written, and nothing more will be under this producer id and epoch
  unexpected,      // an error that no broker gives here for a good reason: retried, but not for ever
};

struct produce_ruling {
  produce_meaning is = produce_meaning::unexpected;
  reason why = reason::producer_failed;
  bool leader_is_stale = false;  // ask for metadata: somebody else leads the partition
};

[[nodiscard]] produce_ruling meaning_for_produce(wire::error_code error) noexcept;

enum class producer_id_meaning : std::uint8_t {
  given,
  retry,    // the broker cannot now
  refused,  // nobody will get one before something is changed in Kafka: `why`
};

struct producer_id_ruling {
  producer_id_meaning is = producer_id_meaning::retry;
  reason why = reason::none;
};

/// An error that is not known to be final is answered by asking again.
[[nodiscard]] producer_id_ruling meaning_for_producer_id(wire::error_code error) noexcept;

}  // namespace batching::kafka::producer
