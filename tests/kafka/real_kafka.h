// The broker of the fixture, for tests: makes topics, reads them back whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kafka_tests {

struct read_record {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  bool has_key = false;
  std::string key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;  // a null value reads "(null)"
  bool is_tombstone = false;
  std::int64_t timestamp_ms = -1;
};

/// HEADGATE_TEST_KAFKA; fails the test when it is not set.
[[nodiscard]] std::string bootstrap();
/// A new topic with a name of its own. Returns when every partition has a leader.
[[nodiscard]] std::string make_topic(const std::string& stem, int partitions, const std::string& config_name = {},
                                     const std::string& config_value = {});
void delete_topic(const std::string& topic);
/// As retention does: the partition begins at this offset from now on.
void delete_records(const std::string& topic, std::int32_t partition, std::int64_t before);
/// All records of a topic that are there now, partition by partition.
[[nodiscard]] std::vector<read_record> read_all(const std::string& topic);

}  // namespace kafka_tests
