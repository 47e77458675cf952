// A real broker's word on its topics' settings.
#include "batching/librdkafka/settings_client.h"

#include <gtest/gtest.h>

#include "real_kafka.h"

namespace batching::librdkafka {
namespace {

using namespace std::chrono_literals;

TEST(SettingsClientKafkaTest, ReadsTheOptionsOfTopicsAndOfABroker) {
  producer_settings s;
  s.bootstrap = kafka_tests::bootstrap();
  const std::string compacted = kafka_tests::make_topic("settings", 2, "cleanup.policy", "compact");
  const auto facts = ask_settings(s, {compacted, "no-such-topic"}, 10s);
  ASSERT_TRUE(facts) << facts.error();
  EXPECT_EQ(facts->brokers, 1U);
  ASSERT_EQ(facts->topics.size(), 2U);
  EXPECT_TRUE(facts->topics[0].is_there);
  EXPECT_EQ(facts->topics[0].replicas, 1U);
  EXPECT_EQ(facts->topics[0].options.at("cleanup.policy"), "compact");
  EXPECT_EQ(facts->topics[0].options.count("min.insync.replicas"), 1U);
  EXPECT_FALSE(facts->topics[1].is_there);
  EXPECT_EQ(facts->broker_options.count("transactional.id.expiration.ms"), 1U);
  EXPECT_EQ(facts->broker_options.count("producer.id.expiration.ms"), 1U);
}

TEST(SettingsClientKafkaTest, SaysWhyItCannotAsk) {
  producer_settings s;
  s.bootstrap = "127.0.0.1:1";
  const auto facts = ask_settings(s, {"t"}, 500ms);
  ASSERT_FALSE(facts);
  EXPECT_NE(facts.error().find("Kafka's settings"), std::string::npos) << facts.error();
}

}  // namespace
}  // namespace batching::librdkafka
