// Writes the answer of a version 2 POST: one entry a record in the request's order, each with all four members. The
// half of the dialect that writes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "batching/ack.h"

namespace gateway::api::rest_proxy {

/// `timed_out`: what is still open counts as possibly persisted.
void append_offsets(std::string& to, batching::ack& settled, bool timed_out);

/// The same where Kafka has no such topic: an error for each record.
void append_unknown_topic(std::string& to, std::size_t records, std::string_view topic);

/// 200 whatever became of the records, as in the original; 403 where Kafka does not let us write.
[[nodiscard]] int v2_status(batching::ack& settled);

}  // namespace gateway::api::rest_proxy
