#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "batching/librdkafka/publisher.h"
#include "gateway/app/check.h"
#include "gateway/app/check_brokers.h"
#include "gateway/app/check_rights.h"
#include "gateway/app/kafka_security.h"

namespace gateway::app {
namespace {

using namespace std::chrono_literals;
constexpr auto patience = 10s;

bool is_exact(const std::string& pattern) { return pattern.find('*') == std::string::npos; }

void check_topic(const batching::topic_table& topics, const config::topic_settings& t, findings& wrong) {
  const auto* entry = topics.find(t.pattern);
  if (entry == nullptr)
    wrong.push_back({true, "topic '" + t.pattern + "' does not exist in Kafka: create it, or remove it from `topics`"});
  else if (t.partitions > entry->partitions)
    wrong.push_back({true, "topic '" + t.pattern + "' has " + std::to_string(entry->partitions) +
                               " partitions, `partitions` says " + std::to_string(t.partitions)});
}

std::vector<std::string> names_of(const batching::topic_table& known) {
  std::vector<std::string> out;
  for (const auto& [name, entry] : known.topics()) out.emplace_back(name);
  return out;
}

// Metadata come over librdkafka, whoever writes. `is_checked`: all but that is known to be right.
findings check_librdkafka(const config::settings& settings, bool is_checked) {
  std::mutex mutex;
  std::condition_variable arrived;
  std::shared_ptr<const batching::topic_table> topics;
  batching::librdkafka::producer_settings producer;
  producer.bootstrap = settings.kafka.bootstrap;
  const auto tokens = kafka_tokens(settings.kafka);
  producer.properties = librdkafka_properties(settings.kafka, tokens != nullptr);
  producer.credentials = {settings.kafka.secret_files, tokens};
  if (tokens) producer.credentials.secret_files.clear();
  batching::librdkafka::publisher kafka(std::move(producer), {},
                                        {[&](auto table) {
                                           const std::lock_guard lock(mutex);
                                           topics = std::move(table);
                                           arrived.notify_all();
                                         },
                                         nullptr});
  if (auto made = kafka.start(); !made) return fatal({made.error()});
  std::unique_lock lock(mutex);
  if (!arrived.wait_for(lock, patience, [&] { return topics != nullptr; }) && !kafka.health().reachable)
    return fatal({"Kafka at " + settings.kafka.bootstrap +
                  " did not answer within 10 s: check kafka.bootstrap, the network and "
                  "kafka.properties (security.protocol)"});
  findings wrong = topics ? check_patterns(settings, names_of(*topics)) : findings{};
  if (is_checked) return wrong;
  const batching::topic_table none;
  const batching::topic_table& known = topics ? *topics : none;
  for (const config::topic_settings& t : settings.topics)
    if (is_exact(t.pattern)) check_topic(known, t, wrong);
  if (settings.lines && known.find(settings.lines_topic) == nullptr)
    wrong.push_back(
        {true, "listen.lines_topic '" + settings.lines_topic + "' does not exist in Kafka: create it first"});
  return wrong;
}

}  // namespace

findings check_kafka(const config::settings& settings) {
  const bool is_ours = can_check_brokers(settings.kafka);
  if (is_ours)
    if (auto wrong = check_brokers(settings); !wrong.empty()) return fatal(std::move(wrong));
  return check_librdkafka(settings, is_ours);
}

}  // namespace gateway::app
