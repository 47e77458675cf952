#include "batching/librdkafka/admin.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

namespace batching::librdkafka {

options_handle make_options(rd_kafka_t* client, rd_kafka_admin_op_t what, std::chrono::milliseconds timeout) {
  options_handle options(rd_kafka_AdminOptions_new(client, what));
  std::array<char, 256> why{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(timeout.count()), why.data(), why.size());
  return options;
}

event_handle describe(rd_kafka_t* client, const std::vector<resource_handle>& about,
                      const rd_kafka_AdminOptions_t* options, const queue_handle& queue,
                      std::chrono::milliseconds timeout) {
  std::vector<rd_kafka_ConfigResource_t*> asked;
  std::ranges::transform(about, std::back_inserter(asked), &resource_handle::get);
  rd_kafka_DescribeConfigs(client, asked.data(), asked.size(), options, queue.get());
  return event_handle(rd_kafka_queue_poll(queue.get(), static_cast<int>(timeout.count())));
}

kafka_options options_of(const rd_kafka_ConfigResource_t* of) {
  kafka_options options;
  std::size_t count = 0;
  const auto* const* entries = rd_kafka_ConfigResource_configs(of, &count);
  for (const auto* entry : std::span(entries, count))
    if (const char* value = rd_kafka_ConfigEntry_value(entry)) options[rd_kafka_ConfigEntry_name(entry)] = value;
  return options;
}

}  // namespace batching::librdkafka
