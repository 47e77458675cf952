#include "gateway/app/check_store.h"

#include <chrono>
#include <string>

#include "batching/librdkafka/settings_client.h"
#include "gateway/app/kafka_security.h"

namespace gateway::app {
namespace {

constexpr std::chrono::milliseconds patience{3'000};

std::vector<std::string> store_topics(const config::settings& settings) {
  std::vector<std::string> names;
  for (const config::topic_settings& t : settings.topics)
    if (t.mode == config::topic_mode::store && t.pattern.find('*') == std::string::npos) names.push_back(t.pattern);
  return names;
}

}  // namespace

std::vector<store::topic_finding> check_store(const config::settings& settings) {
  const std::vector<std::string> topics = store_topics(settings);
  if (topics.empty()) return {};
  batching::librdkafka::producer_settings asking;
  asking.bootstrap = settings.kafka.bootstrap;
  const auto tokens = kafka_tokens(settings.kafka);
  asking.properties = librdkafka_properties(settings.kafka, tokens != nullptr);
  asking.credentials = {settings.kafka.secret_files, tokens};
  if (tokens) asking.credentials.secret_files.clear();
  const auto facts = batching::librdkafka::ask_settings(asking, topics, patience);
  if (!facts) return {{false, "the settings of the store topics could not be checked: " + facts.error()}};
  return store::check_topics(*facts, {});
}

}  // namespace gateway::app
