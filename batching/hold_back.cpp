#include "batching/hold_back.h"

#include <algorithm>

namespace batching {
namespace {

/// The bytes that a topic's partitions hold.
struct load {
  std::int64_t stuck = 0;           // all stuck ones together
  std::int64_t fullest_moving = 0;  // the one that holds most
};

load survey(const topic& of, std::int32_t partitions, clock::time_point now) noexcept {
  load found;
  for (std::int32_t p = 0; p < partitions; ++p) {
    const std::int64_t held = of.in_flight_bytes(p);
    if (held <= 0) continue;
    if (now - of.moved_at(p) < stuck_after)
      found.fullest_moving = std::max(found.fullest_moving, held);
    else
      found.stuck += held;
  }
  return found;
}

// Half at once, three quarters after a second, seven eighths after three. The last sixteenth is left to what other
// lanes take between this look and the request's own admission: that must not turn into refusals.
std::int64_t usable(std::int64_t room, clock::duration waited) noexcept {
  constexpr std::chrono::duration<double> half_time = std::chrono::seconds(1);
  const double kept = std::max(0.5 * (half_time / (half_time + waited)), 1.0 / 16);
  return room - static_cast<std::int64_t>(kept * static_cast<double>(room));
}

}  // namespace

bool should_wait(const room_wanted& request, const in_flight& budget, clock::duration waited,
                 clock::time_point now) noexcept {
  const std::int64_t partition_room = budget.partition_share_bytes();
  const std::int64_t held = request.of->in_flight_bytes();
  // Then neither the topic nor any of its partitions is near its share: no need to look at each.
  if (held == 0 || held + request.bytes <= usable(partition_room, {})) return false;

  const load found = survey(*request.of, request.partitions, now);
  const std::int64_t moving = held - found.stuck;  // with what is not sealed yet: that leaves soon
  if (moving <= 0) return false;
  const std::int64_t room = std::max<std::int64_t>(budget.share_bytes() - found.stuck, 0);
  const std::int64_t fullest = found.fullest_moving;
  const bool fits = moving + request.bytes <= usable(room, waited) &&
                    (fullest == 0 || fullest + request.largest_bytes <= usable(partition_room, waited));
  if (fits) return false;
  const bool is_large = request.bytes > room / 2 || request.largest_bytes > partition_room / 2;
  return !is_large || waited < (found.stuck > 0 ? stuck_after : large_request_patience);
}

}  // namespace batching
