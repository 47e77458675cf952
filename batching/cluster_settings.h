// Kafka's settings as far as the event store depends on them: what its brokers and topics answer when they are asked
// for them. A value; asked by batching/librdkafka, judged by store/topic_check.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace batching {

using kafka_options = std::map<std::string, std::string>;  // name -> value, as Kafka writes them

struct topic_facts {
  std::string name;
  bool is_there = false;
  std::size_t replicas = 0;  // of the partition that has the fewest
  kafka_options options;     // empty: we may not read them
};

struct cluster_facts {
  std::size_t brokers = 0;
  kafka_options broker_options;  // of one broker; empty: we may not read them
  std::vector<topic_facts> topics;
  std::string cluster_id{};  // as Kafka calls itself; empty: not known
};

}  // namespace batching
