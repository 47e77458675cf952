// The answer to one request of events: its JSON body, written from the ack; answer_status.h has its status. Called by
// the session when the last event is settled, or when nobody may wait any longer.
#pragma once

#include <string>
#include <string_view>

#include "batching/ack.h"
#include "gateway/api/v1/answer_status.h"

namespace gateway::api::v1 {

/// Appends the JSON body for that status; the answers that are errors carry the members of a problem as well.
void append_answer(std::string& to, batching::ack& settled, const answer_how& how, const tally& t, int status);

/// The text of `detail` if the core had nothing more precise: what happened, and what to do.
[[nodiscard]] std::string_view explain(batching::reason why) noexcept;

}  // namespace gateway::api::v1
