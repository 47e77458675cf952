#include "batching/librdkafka/settings_client.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <span>

#include "batching/librdkafka/admin.h"

namespace batching::librdkafka {
namespace {

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

// Not a fault of the moment: the same question would get the same answer.
bool is_refusal(rd_kafka_resp_err_t error) noexcept {
  return error == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
         error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED || error == RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION ||
         error == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE;
}

// Returns what went wrong; empty: it is answered, if only with a refusal.
std::string add_options(const rd_kafka_DescribeConfigs_result_t* result, cluster_facts& to) {
  std::size_t count = 0;
  const auto* const* resources = rd_kafka_DescribeConfigs_result_resources(result, &count);
  for (const auto* r : std::span(resources, count)) {
    const auto error = rd_kafka_ConfigResource_error(r);
    if (is_refusal(error) || error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) continue;
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return rd_kafka_err2str(error);
    if (rd_kafka_ConfigResource_type(r) == RD_KAFKA_RESOURCE_BROKER) {
      to.broker_options = options_of(r);
      continue;
    }
    const auto known = std::ranges::find(to.topics, rd_kafka_ConfigResource_name(r), &topic_facts::name);
    if (known != to.topics.end()) known->options = options_of(r);
  }
  return {};
}

// Any broker knows its own settings and the topics'. One that hangs is not asked every time.
std::int32_t any_of(const rd_kafka_metadata_t& answer) {
  std::random_device random;
  return answer.brokers[random() % static_cast<unsigned>(answer.broker_cnt)].id;
}

std::vector<resource_handle> resources_of(const cluster_facts& facts, std::int32_t broker) {
  std::vector<resource_handle> all;
  all.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_BROKER, std::to_string(broker).c_str()));
  for (const topic_facts& t : facts.topics)
    if (t.is_there) all.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, t.name.c_str()));
  return all;
}

std::string ask_options(rd_kafka_t* over, std::int32_t broker, std::chrono::milliseconds timeout, cluster_facts& to) {
  const queue_handle queue(rd_kafka_queue_new(over));
  const event_handle event = describe(over, resources_of(to, broker), nullptr, queue, timeout);
  if (!event) return "no answer";
  const auto error = rd_kafka_event_error(event.get());
  if (is_refusal(error)) return {};
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return rd_kafka_event_error_string(event.get());
  return add_options(rd_kafka_event_DescribeConfigs_result(event.get()), to);
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
  if (char* const id = rd_kafka_clusterid(client->get(), timeout_ms)) {
    facts.cluster_id = id;
    rd_kafka_mem_free(client->get(), id);
  }
  if (auto wrong = ask_options(client->get(), any_of(*metadata), timeout, facts); !wrong.empty())
    return "Kafka's settings: " + wrong;
  return facts;
}

}  // namespace batching::librdkafka
