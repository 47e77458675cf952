// Adds what lanes have counted to a snapshot. Called by the application's collector, on the thread that scrapes; lanes
// are never held up.
#pragma once

#include "metrics/recorder.h"
#include "metrics/snapshot.h"

namespace metrics {

/// Once a lane. `into.topics` must name all topics already (topic, id): their rows are added to.
void add_lane(snapshot& into, const lane_recorder& lane);

/// The lane of the admin listener, which does nothing else.
void add_admin_lane(snapshot& into, const lane_recorder& lane);

/// After the last add_lane: sorts and sums what depends on all lanes, and counts happenings. Settled is read before
/// admitted in each lane, so in_flight.records is never negative; it may count records that were settled meanwhile.
void finish(snapshot& into);

[[nodiscard]] std::string_view name(listener) noexcept;
[[nodiscard]] std::string_view name(route) noexcept;

}  // namespace metrics
