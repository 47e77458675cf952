// The part that our questions to librdkafka's admin interface share: handles, time-outs, settings of topics and
// brokers. The asking side owns client and queue, and waits. Used by lag_client, group_watch, settings_client and
// topic_settings.
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "batching/cluster_settings.h"
#include "batching/librdkafka/client.h"

namespace batching::librdkafka {

/// For the library's own time-out of a question about consumer groups, as long as it takes: a question that it has
/// given up aborts the process when the group's coordinator comes back (2.8.0: the question's last reference is
/// returned twice). Ask with a patience of our own that is shorter, and end the client with its question.
inline constexpr std::chrono::hours librarys_patience{1};

struct options_deleter {
  void operator()(rd_kafka_AdminOptions_t* options) const noexcept { rd_kafka_AdminOptions_destroy(options); }
};
struct resource_deleter {
  void operator()(rd_kafka_ConfigResource_t* r) const noexcept { rd_kafka_ConfigResource_destroy(r); }
};
using options_handle = std::unique_ptr<rd_kafka_AdminOptions_t, options_deleter>;
using resource_handle = std::unique_ptr<rd_kafka_ConfigResource_t, resource_deleter>;

[[nodiscard]] options_handle make_options(rd_kafka_t* client, rd_kafka_admin_op_t what,
                                          std::chrono::milliseconds timeout);

/// Asks for the settings of topics and brokers, and waits for the answer on `queue`, which the client made. Blocks for
/// at most `timeout`; nullptr: no answer came. `options` nullptr: the client's own time-outs.
[[nodiscard]] event_handle describe(rd_kafka_t* client, const std::vector<resource_handle>& about,
                                    const rd_kafka_AdminOptions_t* options, const queue_handle& queue,
                                    std::chrono::milliseconds timeout);
/// The settings in an answer of describe() that have a value.
[[nodiscard]] kafka_options options_of(const rd_kafka_ConfigResource_t* of);

}  // namespace batching::librdkafka
