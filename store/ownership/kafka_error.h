// The meaning of Kafka's errors for an owner, for each question it asks. Tables; pure. Claim and partition act on
// it.
#pragma once

#include <cstdint>

#include "batching/kafka/wire/error_code.h"
#include "batching/outcome.h"

namespace store::ownership {

/// The questions asked to take a partition over and to keep it.
enum class question : std::uint8_t {
  none,
  find_coordinator,
  init_producer,
  list_offsets,  // of the leader: where the log ends
  add_partition,
  end_transaction,
  fence_other,  // of the leader: a record under another writer's id
};

enum class answer_meaning : std::uint8_t {
  done,
  again,            // Kafka cannot now
  again_elsewhere,  // another broker leads, or coordinates: look for it, then ask again
  overtaken,        // somebody has raised our epoch
  forgotten,        // Kafka knows our producer id no more
  not_open,         // there is no transaction to end: the partition has to be added again
  not_authorized,
  refused,  // it will be the same until something is changed
};

[[nodiscard]] answer_meaning meaning_of(question asked, batching::kafka::wire::error_code error) noexcept;

/// Of an append's record batch.
enum class append_meaning : std::uint8_t {
  persisted,
  again,            // not written; the same bytes again
  again_doubtful,   // maybe written; the same bytes again
  fenced,           // our epoch is not the newest: at a first attempt certainly not written
  sequence_broken,  // a stranger wrote under our producer id, or Kafka forgot us; at a first attempt not written
  record_refused,   // not written: no such record will be taken
  batch_refused,    // not written, and the records are not to blame
};
struct append_ruling {
  append_meaning is = append_meaning::again_doubtful;
  batching::reason why = batching::reason::producer_failed;
  bool leader_is_stale = false;
};
[[nodiscard]] append_ruling meaning_of_append(batching::kafka::wire::error_code error) noexcept;

}  // namespace store::ownership
