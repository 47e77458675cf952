#pragma once

// Reads a topic for the verifier: where its partitions begin and end, and every record between two offsets, partition
// by partition in order. Bounded memory. No consumer group, nothing committed.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "loadgen/kafka/client.h"
#include "loadgen/kafka/records.h"

namespace loadgen::kafka {

class reader {
 public:
  /// `properties`: further librdkafka settings, `name=value`.
  reader(const std::string& brokers, std::string topic, const std::vector<std::string>& properties);

  /// First and end offset of every partition now. Throws failure.
  std::vector<partition_span> spans();

  using record_handler = std::function<void(const record_view&)>;
  using progress_handler = std::function<void(double share)>;

  /// Every record of these spans. Throws failure, also when Kafka says nothing for 30 s.
  void read(const std::vector<partition_span>& spans, const record_handler& handle, const progress_handler& progress);

 private:
  std::string topic_;
  std::string brokers_;
  client_handle client_;
};

}  // namespace loadgen::kafka
