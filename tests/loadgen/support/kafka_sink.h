// The sink for the bad server's events when a test needs them in a real topic; and topics for such tests.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct rd_kafka_s;
struct rd_kafka_topic_s;

namespace loadgen_tests {

/// HEADGATE_TEST_KAFKA; throws when it is not set, so that the test fails rather than passes unseen.
std::string test_kafka();

/// A new topic with a name of its own.
std::string make_topic(const std::string& stem, int partitions);

class kafka_sink {
 public:
  explicit kafka_sink(const std::string& topic);
  ~kafka_sink();

  /// Keyed with the event's aggregateId, as the gateway would.
  void write(std::string_view event);
  void write(std::string_view key, std::string_view value, std::int32_t partition);
  void flush();

 private:
  struct closer {
    void operator()(rd_kafka_s* client) const;
    void operator()(rd_kafka_topic_s* topic) const;
  };
  std::unique_ptr<rd_kafka_s, closer> client_;
  std::unique_ptr<rd_kafka_topic_s, closer> topic_;
};

struct stored_record {
  std::int32_t partition;
  std::string key;
  std::string value;
};

/// Everything in a topic, partition by partition.
std::vector<stored_record> read_topic(const std::string& topic);

}  // namespace loadgen_tests
