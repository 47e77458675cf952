#pragma once

// Makes librdkafka clients: their configuration from ours and the user's `--kafka-property`, and handles that own
// its objects. Used by reader and producer.

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace loadgen::kafka {

template <auto Destroy>
struct destroyer {
  template <typename Handle>
  void operator()(Handle* what) const {
    Destroy(what);
  }
};
using client_handle = std::unique_ptr<rd_kafka_t, destroyer<rd_kafka_destroy>>;
using topic_handle = std::unique_ptr<rd_kafka_topic_t, destroyer<rd_kafka_topic_destroy>>;
using queue_handle = std::unique_ptr<rd_kafka_queue_t, destroyer<rd_kafka_queue_destroy>>;
using metadata_handle = std::unique_ptr<const rd_kafka_metadata_t, destroyer<rd_kafka_metadata_destroy>>;
using message_handle = std::unique_ptr<rd_kafka_message_t, destroyer<rd_kafka_message_destroy>>;

struct client_config {
  rd_kafka_type_t type;
  std::vector<std::pair<std::string, std::string>> properties;
  std::vector<std::string> user_properties;  // `name=value`; they override ours
  void* opaque = nullptr;                    // handed to the two below
  void (*on_error)(rd_kafka_t*, int, const char*, void*) = nullptr;
  void (*on_report)(rd_kafka_t*, const rd_kafka_message_t*, void*) = nullptr;
};

/// Throws units::usage_error that names the property it cannot use.
void check_properties(const std::vector<std::string>& properties);

/// Throws as check_properties does, or failure.
client_handle make_client(const client_config& config);

}  // namespace loadgen::kafka
