#pragma once

// Reads a topic for the verifier: where its partitions begin and end, and every record between two offsets, partition
// by partition in order. Bounded memory. No consumer group, nothing committed.

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "loadgen/run_file.h"
#include "loadgen/verifier.h"

struct rd_kafka_s;

namespace loadgen {

/// Kafka cannot be reached, or does not have the topic. One line, says what to check.
struct kafka_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class kafka_reader {
 public:
  /// `properties`: further librdkafka settings, `name=value`.
  kafka_reader(const std::string& brokers, std::string topic, const std::vector<std::string>& properties);

  /// First and end offset of every partition now. Throws kafka_error.
  std::vector<partition_span> spans();

  using record_handler = std::function<void(const record_view&)>;
  using progress_handler = std::function<void(double share)>;

  /// Every record of these spans. Throws kafka_error, also when Kafka says nothing for 30 s.
  void read(const std::vector<partition_span>& spans, const record_handler& handle, const progress_handler& progress);

 private:
  struct closer {
    void operator()(rd_kafka_s* client) const;
  };
  std::string topic_;
  std::string brokers_;
  std::unique_ptr<rd_kafka_s, closer> client_;
};

}  // namespace loadgen
