// Asks Kafka which topics are compacted. Blocks for at most `timeout`; called on the keeper's thread.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "batching/librdkafka/client.h"
#include "batching/topics/topic_directory.h"

namespace batching::librdkafka {

/// Those of `topics` that Kafka told us of: not all where the right to describe their settings is missing, none where
/// it did not answer.
[[nodiscard]] std::vector<topics::topic_settings_seen> ask_topic_settings(rd_kafka_t* client,
                                                                          const std::vector<std::string>& topics,
                                                                          std::chrono::milliseconds timeout);

}  // namespace batching::librdkafka
