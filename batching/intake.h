// The door of the core: takes the decoded events of one request, decides for each what becomes of it, and puts the good
// ones into their partitions' batches. One a lane, lane thread only.
#pragma once

#include <cstdint>
#include <string_view>

#include "batching/ack.h"
#include "batching/batcher.h"
#include "batching/event.h"
#include "batching/in_flight.h"
#include "batching/topic_table.h"

namespace batching {

/// What an invalid event does to the others of its request.
enum class on_invalid : std::uint8_t { skip, fence, refuse };

/// How events of one topic are taken. From the configuration.
struct intake_policy {
  bool require_key = false;
  std::uint32_t event_bytes_max = 1'000'000;  // value; Kafka's default message.max.bytes is 1,048,588 for the whole batch
  std::uint32_t key_bytes_max = 4096;
  on_invalid invalid = on_invalid::skip;
};

enum class admission : std::uint8_t {
  taken,       // every event is settled already or in a batch
  full,        // the budget has no room: nothing was taken, nothing was settled
};

class intake {
 public:
  intake(batcher& batches, in_flight& budget) : batches_(&batches), budget_(&budget) {}

  /// `answer` has begun with as many events as there are; nullptr: nobody waits for outcomes (ack=none). On `taken` the
  /// caller seals the ack; what was settled on the spot (rejected, blocked, partition full) is in it. Bytes are copied.
  admission submit(const topic_entry& to, const intake_policy& policy, const events& list, ack* answer,
                   clock::time_point now);

  /// The budget's answer to "would an event posted now be taken?".
  [[nodiscard]] bool paused() const noexcept { return budget_->paused(); }

 private:
  batcher* batches_;
  in_flight* budget_;
  std::uint32_t spread_ = 0;  // where the next request's keyless events go
};

}  // namespace batching
