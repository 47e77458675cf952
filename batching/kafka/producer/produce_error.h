// What a broker says of one partition's part of a Produce request -> what to do about it. Pure; a table.
#pragma once

#include <cstdint>

#include "batching/outcome.h"

namespace batching::kafka::producer {

enum class verdict : std::uint8_t {
  persisted,
  doubtful,       // Kafka means to have it and does not say where; never taken for success (docs/reliability.md)
  retry,          // this attempt was not written
  retry_written,  // this attempt may have been written, here or where the next leader found it
  refused,        // this batch will never be taken as it is: `why`
  sequence_lost,  // this attempt was not written, and nothing more will be under this producer id
  unheard_of,     // an error that no broker gives for a good reason: retried, but not for ever
};

struct produce_ruling {
  verdict is = verdict::unheard_of;
  reason why = reason::producer_failed;
  bool leader_is_stale = false;  // ask for metadata: somebody else leads the partition
};

/// `error`: Kafka's error code (its protocol, "Error Codes").
[[nodiscard]] produce_ruling rule(std::int16_t error) noexcept;

/// Of a refused record alone: will the same event never succeed, whoever sends it?
[[nodiscard]] bool is_hopeless(reason why) noexcept;

}  // namespace batching::kafka::producer
