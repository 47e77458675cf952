// Lets a request wait for room rather than have events refused: while what fills its topic moves. Asked by
// the sessions that can let their client wait (frames, lines), before a request is unpacked. Pure: it reads the topic's
// counters, and time is a parameter.
//
//   a topic's share   ├── stuck ──┼── half of the rest: at once ──┼~~ the longer it waits, the further ~~┤
//
// Bytes of stuck partitions are taken from the share; of the rest a request finds half at once, and more the longer it
// has waited: whoever waited longest goes first, on whichever lane, without a queue. So does each moving partition.
#pragma once

#include <chrono>
#include <cstdint>

#include "batching/batch.h"
#include "batching/in_flight.h"
#include "batching/topic.h"

namespace batching {

/// A request as seen by the budget. Sizes are upper bounds.
struct room_wanted {
  const topic* of = nullptr;
  std::int32_t partitions = 0;
  std::int64_t bytes = 0;          // all of it, as batch::cost_bytes counts
  std::int64_t largest_bytes = 0;  // its largest event
};

/// A partition that holds something and has settled nothing for so long is stuck: nothing waits for it.
inline constexpr std::chrono::seconds stuck_after{1};

/// A request that needs more than half of the room may find none beside the others', however long it waits: after this
/// time it is taken or refused. If a partition is stuck, stuck_after is enough.
inline constexpr std::chrono::seconds large_request_patience{5};

/// Every wait ends: what moves makes room, and what does not is stuck. `waited`: since it was asked for the first time.
[[nodiscard]] bool should_wait(const room_wanted& request, const in_flight& budget, clock::duration waited,
                               clock::time_point now) noexcept;

}  // namespace batching
