// A Kafka inside the test process (librdkafka's mock brokers): answers real requests on loopback, with the errors a
// test asks for. No consumer groups, no admin requests, nothing on disk.
#pragma once

#include <librdkafka/rdkafka.h>
// After rdkafka.h.
#include <librdkafka/rdkafka_mock.h>

#include <memory>
#include <string>
#include <vector>

#include "loadgen/kafka/client.h"

namespace loadgen_tests {

/// The requests whose errors tests choose, by Kafka's numbers.
enum class api : std::int16_t { produce = 0, fetch = 1, list_offsets = 2 };

class mock_kafka {
 public:
  explicit mock_kafka(int brokers);

  std::string bootstrap() const { return rd_kafka_mock_cluster_bootstraps(cluster_.get()); }
  void make_topic(const std::string& name, int partitions);

  /// The next requests of this kind are answered with these errors.
  void push_errors(api which, const std::vector<rd_kafka_resp_err_t>& errors);

  /// Metadata says this of the topic; NO_ERROR: no longer.
  void set_topic_error(const std::string& topic, rd_kafka_resp_err_t error);

  /// -1: the partition has no leader.
  void set_leader(const std::string& topic, std::int32_t partition, std::int32_t broker);

  void stop_broker(std::int32_t id) { rd_kafka_mock_broker_set_down(cluster_.get(), id); }
  void start_broker(std::int32_t id) { rd_kafka_mock_broker_set_up(cluster_.get(), id); }

  /// Writes records to a partition; returns when they are stored.
  void write(const std::string& topic, std::int32_t partition, const std::vector<std::string>& values);

 private:
  loadgen::kafka::client_handle host_;  // librdkafka wants one; it takes no part
  std::unique_ptr<rd_kafka_mock_cluster_t, loadgen::kafka::destroyer<rd_kafka_mock_cluster_destroy>> cluster_;
};

}  // namespace loadgen_tests
