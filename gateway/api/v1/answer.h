// The answer to one request of events: its status and JSON body, written from the ack. Called by the session when the
// last event is settled, or when nobody may wait any longer.
#pragma once

#include <string>
#include <string_view>

#include "batching/ack.h"
#include "gateway/config/settings.h"

namespace gateway::api::v1 {

struct answer_how {
  config::ack_level ack = config::ack_level::broker;
  bool each = false;       // results=each
  bool timed_out = false;  // events still open count as possibly_persisted, answer_timeout
};

/// 200, 202, 207, 422, 503 or 504; see docs/http.md. 503: every event failed and may safely be sent again.
[[nodiscard]] int status_of(const batching::ack& settled, const answer_how& how) noexcept;

/// Appends the JSON body for that status; the answers that are errors carry the members of a problem as well.
void append_answer(std::string& to, batching::ack& settled, const answer_how& how, int status);

/// What `detail` says where the core had nothing more precise: what happened, and what to do.
[[nodiscard]] std::string_view explain(batching::reason why) noexcept;

}  // namespace gateway::api::v1
