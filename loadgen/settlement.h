#pragma once

// Applies an answer to a request: writes down the final outcome of each event, or keeps it for another attempt. Pure;
// the one place that knows what may be sent again without breaking the order of an aggregate.

#include <cstdint>

#include "loadgen/answer.h"
#include "loadgen/fates.h"
#include "loadgen/plan.h"
#include "loadgen/request.h"
#include "loadgen/tally.h"

namespace loadgen {

struct resend_rules {
  retry_policy retry = retry_policy::none;
  busy_policy on_busy = busy_policy::wait;
  bool may_wait = false;  // nothing later is in flight on this stream, and the run goes on
};

struct settled {
  std::uint32_t answered = 0;  // events whose wait is over: acked, accepted or given up on
  std::uint32_t resend = 0;    // events left in the request for another attempt
};

/// Leaves in `what.events` and its body only what is to be sent again.
settled settle(request& what, const answer& said, const resend_rules& rules, fates& log, counters& counts);

}  // namespace loadgen
