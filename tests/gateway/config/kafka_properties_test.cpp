#include "gateway/config/kafka_properties.h"

#include <gtest/gtest.h>

#include "tests/gateway/config/support.h"

namespace gateway::config::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(KafkaPropertiesTest, WhatWouldBreakAPromiseIsRefused) {
  const std::pair<const char*, const char*> broken[] = {{"acks", "0"},
                                                        {"acks", "1"},
                                                        {"enable.idempotence", "false"},
                                                        {"partitioner", "consistent_random"},
                                                        {"message.timeout.ms", "300000"},
                                                        {"delivery.timeout.ms", "1"},
                                                        {"max.in.flight", "6"},
                                                        {"max.in.flight.requests.per.connection", "1000000"},
                                                        {"retries", "0"},
                                                        {"enable.sasl.oauthbearer.unsecure.jwt", "true"},
                                                        {"retry.backoff.ms", "49"},
                                                        {"retry.backoff.ms", "1000x"},
                                                        {"retry.backoff.max.ms", "1"},
                                                        {"queue.buffering.max.messages", "1"},
                                                        {"queue.buffering.backpressure.threshold", "2"},
                                                        {"linger.ms", "5"},
                                                        {"enable.gapless.guarantee", "true"},
                                                        {"transactional.id", "x"},
                                                        {"delivery.report.only.error", "true"},
                                                        {"test.mock.num.brokers", "3"},
                                                        {"allow.auto.create.topics", "true"},
                                                        {"bootstrap.servers", "k:1"},
                                                        {"compression.codec", "gzip"}};
  for (const auto& [property, value] : broken) EXPECT_NE(refusal(property, value), "") << property;
}

TEST(KafkaPropertiesTest, WhatKeepsThePromiseIsTaken) {
  const std::pair<const char*, const char*> kept[] = {{"acks", "all"},
                                                      {"acks", "-1"},
                                                      {"enable.idempotence", "true"},
                                                      {"max.in.flight", "5"},
                                                      {"max.in.flight", "1"},
                                                      {"message.timeout.ms", "0"},
                                                      {"retry.backoff.ms", "50"},
                                                      {"retry.backoff.max.ms", "1000"},
                                                      {"allow.auto.create.topics", "false"},
                                                      {"client.id", "x"},
                                                      {"socket.keepalive.enable", "true"},
                                                      {"sasl.mechanism", "PLAIN"},
                                                      {"request.timeout.ms", "30000"},
                                                      {"client.rack", "a"}};
  for (const auto& [property, value] : kept) EXPECT_EQ(refusal(property, value), "") << property;
}

TEST(KafkaPropertiesTest, EveryRefusalSaysWhy) {
  for (const refused_property& r : refused_properties()) EXPECT_GE(r.why.size(), 10U) << r.name;
}

TEST(KafkaPropertiesTest, RefusalsHoldFromEverySource) {
  EXPECT_THAT(errors_of(with_kafka("kafka.properties:\n  acks: 0\n")),
              ElementsAre(HasSubstr("headgate.yaml:2: kafka.properties.acks: is refused: an event")));
  EXPECT_THAT(codes_of(typed({"--kafka=k:1", "--set", "kafka.properties.acks=0"})),
              ElementsAre(errc::refused_property));
}

TEST(KafkaPropertiesTest, PropertiesReachTheSettingsAsWritten) {
  const auto s = finalize(with_kafka("kafka.properties:\n  client.id: gate-1\n  acks: all\n"));
  ASSERT_TRUE(s);
  EXPECT_EQ(s->kafka.properties, (std::map<std::string, std::string>{{"client.id", "gate-1"}, {"acks", "all"}}));
}

TEST(KafkaPropertiesTest, SecretsAreRecognised) {
  for (const char* key :
       {"sasl.password", "ssl.key.password", "ssl.keystore.password", "sasl.oauthbearer.client.secret", "ssl.key.pem",
        "sasl.oauthbearer.config", "sasl.oauthbearer.assertion.private.key.pem"})
    EXPECT_TRUE(is_secret(key)) << key;
  for (const char* key :
       {"sasl.username", "ssl.ca.location", "ssl.certificate.pem", "sasl.oauthbearer.token.endpoint.url", "client.id"})
    EXPECT_FALSE(is_secret(key)) << key;
}

}  // namespace
}  // namespace gateway::config::test
