// The requests without which a broker cannot carry store topics, in the versions that are spoken here; Produce is
// agreed on for itself. For the opening of a connection (batching/kafka/client/opening.h).
#pragma once

#include <array>

#include "batching/kafka/client/opening.h"

namespace store::ownership {

inline constexpr std::array<batching::kafka::client::needed_request, 6> needed_requests{{{1, 11, "Fetch"},
                                                                                         {2, 5, "ListOffsets"},
                                                                                         {10, 2, "FindCoordinator"},
                                                                                         {22, 1, "InitProducerId"},
                                                                                         {24, 2, "AddPartitionsToTxn"},
                                                                                         {26, 2, "EndTxn"}}};

}  // namespace store::ownership
