#pragma once

// Applies an answer to a request: writes down the final outcome of each event, or keeps it for another attempt. Pure;
// the one place that decides which events may be sent again without breaking the order of an aggregate.

#include <cstdint>

#include "loadgen/answers/answer.h"
#include "loadgen/answers/fates.h"
#include "loadgen/measure/tally.h"
#include "loadgen/plan/options.h"
#include "loadgen/wire/request.h"

namespace loadgen::sockets {

struct resend_rules {
  plan::retry_policy retry = plan::retry_policy::none;
  plan::busy_policy on_busy = plan::busy_policy::wait;
  bool may_wait = false;  // nothing later is in flight on this stream, and the run goes on
};

struct settled {
  std::uint32_t answered = 0;  // events whose latency counts: acked, accepted or given up
  std::uint32_t resend = 0;    // events left in the request for another attempt
};

/// Leaves in `what.events` and its body only what is to be sent again.
settled settle(wire::request& what, const answers::answer& said, const resend_rules& rules, answers::fates& log,
               measure::counters& counts);

}  // namespace loadgen::sockets
