#include "batching/librdkafka/settings_client.h"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <span>

namespace batching::librdkafka {
namespace {

struct resource_deleter {
  void operator()(rd_kafka_ConfigResource_t* r) const noexcept { rd_kafka_ConfigResource_destroy(r); }
};
using resource = std::unique_ptr<rd_kafka_ConfigResource_t, resource_deleter>;

void add_metadata(const rd_kafka_metadata_t& answer, cluster_facts& to) {
  to.brokers = static_cast<std::size_t>(answer.broker_cnt);
  for (const auto& t : std::span(answer.topics, static_cast<std::size_t>(answer.topic_cnt))) {
    const auto known = std::ranges::find(to.topics, t.topic, &topic_facts::name);
    if (known == to.topics.end() || t.err != RD_KAFKA_RESP_ERR_NO_ERROR || t.partition_cnt == 0) continue;
    known->is_there = true;
    known->replicas = std::numeric_limits<std::size_t>::max();
    for (const auto& p : std::span(t.partitions, static_cast<std::size_t>(t.partition_cnt)))
      known->replicas = std::min(known->replicas, static_cast<std::size_t>(p.replica_cnt));
  }
}

kafka_options options_of(const rd_kafka_ConfigResource_t* of) {
  kafka_options options;
  std::size_t count = 0;
  const auto* const* entries = rd_kafka_ConfigResource_configs(of, &count);
  for (const auto* entry : std::span(entries, count))
    if (const char* value = rd_kafka_ConfigEntry_value(entry)) options[rd_kafka_ConfigEntry_name(entry)] = value;
  return options;
}

void add_options(const rd_kafka_DescribeConfigs_result_t* result, cluster_facts& to) {
  std::size_t count = 0;
  const auto* const* resources = rd_kafka_DescribeConfigs_result_resources(result, &count);
  for (const auto* r : std::span(resources, count)) {
    if (rd_kafka_ConfigResource_error(r) != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    if (rd_kafka_ConfigResource_type(r) == RD_KAFKA_RESOURCE_BROKER) {
      to.broker_options = options_of(r);
      continue;
    }
    const auto known = std::ranges::find(to.topics, rd_kafka_ConfigResource_name(r), &topic_facts::name);
    if (known != to.topics.end()) known->options = options_of(r);
  }
}

std::vector<resource> resources_of(const cluster_facts& facts, std::int32_t broker) {
  std::vector<resource> all;
  all.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_BROKER, std::to_string(broker).c_str()));
  for (const topic_facts& t : facts.topics)
    if (t.is_there) all.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, t.name.c_str()));
  return all;
}

}  // namespace

boost::system::result<cluster_facts, std::string> ask_settings(const producer_settings& settings,
                                                               const std::vector<std::string>& topics,
                                                               std::chrono::milliseconds timeout) {
  auto client = make_producer(settings, nullptr);
  if (!client) return client.error();
  const int timeout_ms = static_cast<int>(timeout.count());
  const rd_kafka_metadata_t* raw = nullptr;
  const auto error = rd_kafka_metadata(client->get(), 1, nullptr, &raw, timeout_ms);
  const metadata_handle metadata(raw);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return "Kafka's settings: " + std::string(rd_kafka_err2str(error));
  cluster_facts facts;
  for (const std::string& t : topics) facts.topics.push_back({t, false, 0, {}});
  add_metadata(*metadata, facts);
  if (metadata->broker_cnt == 0) return facts;
  const std::vector<resource> wanted = resources_of(facts, metadata->brokers[0].id);
  std::vector<rd_kafka_ConfigResource_t*> asked;
  std::ranges::transform(wanted, std::back_inserter(asked), &resource::get);
  const queue_handle queue(rd_kafka_queue_new(client->get()));
  rd_kafka_DescribeConfigs(client->get(), asked.data(), asked.size(), nullptr, queue.get());
  const event_handle event(rd_kafka_queue_poll(queue.get(), timeout_ms));
  if (event && rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR_NO_ERROR)
    add_options(rd_kafka_event_DescribeConfigs_result(event.get()), facts);
  return facts;
}

}  // namespace batching::librdkafka
