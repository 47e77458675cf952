// Asks Kafka how it and its topics are set up. Blocks; used at the start and by `headgate check`, not on a lane.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "batching/cluster_settings.h"
#include "batching/librdkafka/client.h"

namespace batching::librdkafka {

/// The error is one sentence for people. Settings that we may not read are left out. Takes at most
/// three times `timeout`.
[[nodiscard]] boost::system::result<cluster_facts, std::string> ask_settings(const producer_settings& settings,
                                                                             const std::vector<std::string>& topics,
                                                                             std::chrono::milliseconds timeout);

}  // namespace batching::librdkafka
