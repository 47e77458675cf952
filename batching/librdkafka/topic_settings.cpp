#include "batching/librdkafka/topic_settings.h"

#include <span>

#include "batching/librdkafka/admin.h"

namespace batching::librdkafka {
namespace {

// "compact" or "compact,delete".
bool is_compacted(const rd_kafka_ConfigResource_t* topic) {
  const kafka_options options = options_of(topic);
  const auto policy = options.find("cleanup.policy");
  return policy != options.end() && policy->second.find("compact") != std::string::npos;
}

std::vector<topics::topic_settings_seen> read_answer(const rd_kafka_DescribeConfigs_result_t* result) {
  std::vector<topics::topic_settings_seen> seen;
  std::size_t count = 0;
  const auto* const* resources = rd_kafka_DescribeConfigs_result_resources(result, &count);
  for (const auto* r : std::span(resources, count))
    if (rd_kafka_ConfigResource_error(r) == RD_KAFKA_RESP_ERR_NO_ERROR)
      seen.push_back({rd_kafka_ConfigResource_name(r), is_compacted(r)});
  return seen;
}

}  // namespace

std::vector<topics::topic_settings_seen> ask_topic_settings(rd_kafka_t* client, const std::vector<std::string>& topics,
                                                            std::chrono::milliseconds timeout) {
  if (topics.empty()) return {};
  std::vector<resource_handle> about;
  about.reserve(topics.size());
  for (const std::string& t : topics)
    about.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, t.c_str()));
  const options_handle options = make_options(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout);
  const queue_handle queue(rd_kafka_queue_new(client));
  const event_handle event = describe(client, about, options.get(), queue, timeout);
  if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return read_answer(rd_kafka_event_DescribeConfigs_result(event.get()));
}

}  // namespace batching::librdkafka
