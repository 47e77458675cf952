#include "batching/librdkafka/topic_settings.h"

#include <algorithm>
#include <memory>
#include <span>
#include <string_view>

namespace batching::librdkafka {
namespace {

struct resource_deleter {
  void operator()(rd_kafka_ConfigResource_t* r) const noexcept { rd_kafka_ConfigResource_destroy(r); }
};
using resource = std::unique_ptr<rd_kafka_ConfigResource_t, resource_deleter>;

struct options_deleter {
  void operator()(rd_kafka_AdminOptions_t* o) const noexcept { rd_kafka_AdminOptions_destroy(o); }
};

// "compact" or "compact,delete".
bool is_compacted(const rd_kafka_ConfigResource_t* topic) {
  std::size_t count = 0;
  const auto* const* entries = rd_kafka_ConfigResource_configs(topic, &count);
  for (const auto* entry : std::span(entries, count)) {
    const char* const value = rd_kafka_ConfigEntry_value(entry);
    if (value != nullptr && std::string_view(rd_kafka_ConfigEntry_name(entry)) == "cleanup.policy")
      return std::string_view(value).find("compact") != std::string_view::npos;
  }
  return false;
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
  std::vector<resource> owned;
  owned.reserve(topics.size());
  for (const std::string& t : topics)
    owned.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, t.c_str()));
  std::vector<rd_kafka_ConfigResource_t*> asked;
  std::ranges::transform(owned, std::back_inserter(asked), &resource::get);
  const int timeout_ms = static_cast<int>(timeout.count());
  const std::unique_ptr<rd_kafka_AdminOptions_t, options_deleter> options(
      rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS));
  char unused[256];
  rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms, unused, sizeof unused);
  const queue_handle queue(rd_kafka_queue_new(client));
  rd_kafka_DescribeConfigs(client, asked.data(), asked.size(), options.get(), queue.get());
  const event_handle event(rd_kafka_queue_poll(queue.get(), timeout_ms));
  if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return read_answer(rd_kafka_event_DescribeConfigs_result(event.get()));
}

}  // namespace batching::librdkafka
