// Owners of librdkafka's objects. Used by this folder only.
#pragma once

#include <librdkafka/rdkafka.h>

#include <map>
#include <memory>
#include <string>

namespace readmodel::kafka {

template <auto Destroy>
struct destroyer {
  template <typename Thing>
  void operator()(Thing* thing) const noexcept {
    Destroy(thing);
  }
};
using client_handle = std::unique_ptr<rd_kafka_t, destroyer<rd_kafka_destroy>>;
using list_handle = std::unique_ptr<rd_kafka_topic_partition_list_t, destroyer<rd_kafka_topic_partition_list_destroy>>;
using message_handle = std::unique_ptr<rd_kafka_message_t, destroyer<rd_kafka_message_destroy>>;
using conf_handle = std::unique_ptr<rd_kafka_conf_t, destroyer<rd_kafka_conf_destroy>>;

using properties = std::map<std::string, std::string>;

/// Sets all of them; the first one refused comes back as a sentence for people, empty: none was.
[[nodiscard]] std::string set_all(rd_kafka_conf_t* conf, const properties& list);

}  // namespace readmodel::kafka
