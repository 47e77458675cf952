#include "gateway/config/kafka_security.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "gateway/config/render.h"
#include "tests/gateway/config/support.h"

namespace gateway::config::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using properties = std::map<std::string, std::string>;

properties properties_of(const std::string& text) {
  const draft d = with_kafka(text, {{"SECRET", "hunter2"}});
  const auto s = finalize(d);
  if (!s) ADD_FAILURE() << errors_of(d).front();
  return s ? s->kafka.properties : properties{};
}

TEST(KafkaSecurityTest, AnEmptyTlsSectionIsTlsWithTheSystemsAuthorities) {
  EXPECT_EQ(properties_of("kafka.tls: {}\n"), (properties{{"security.protocol", "SSL"}}));
  EXPECT_EQ(properties_of("kafka:\n  tls:\n    enabled: true\n"), (properties{{"security.protocol", "SSL"}}));
  EXPECT_EQ(properties_of("kafka.tls.enabled: false\n"), properties{});
}

TEST(KafkaSecurityTest, EachTlsKeyIsAPropertyOfItsOwn) {
  EXPECT_EQ(properties_of("kafka.tls:\n  ca: /ca\n  certificate: /crt\n  key: /key\n  key_password: p\n"
                          "  verify: false\n  verify_name: false\n"),
            (properties{{"security.protocol", "SSL"},
                        {"ssl.ca.location", "/ca"},
                        {"ssl.certificate.location", "/crt"},
                        {"ssl.key.location", "/key"},
                        {"ssl.key.password", "p"},
                        {"enable.ssl.certificate.verification", "false"},
                        {"ssl.endpoint.identification.algorithm", "none"}}));
}

TEST(KafkaSecurityTest, ALoginIsTheSamePropertiesAndKeepsTheDirectPublisher) {
  for (const char* mechanism : {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"}) {
    const auto s = finalize(with_kafka(std::string("kafka.login:\n  mechanism: ") + mechanism +
                                           "\n  username: u\n  password: ${env:SECRET}\nkafka.tls.ca: /ca\n",
                                       {{"SECRET", "hunter2"}}));
    ASSERT_TRUE(s);
    EXPECT_EQ(s->kafka.properties, (properties{{"security.protocol", "SASL_SSL"},
                                               {"ssl.ca.location", "/ca"},
                                               {"sasl.mechanism", mechanism},
                                               {"sasl.username", "u"},
                                               {"sasl.password", "hunter2"}}));
    EXPECT_TRUE(s->kafka.is_direct);
  }
}

TEST(KafkaSecurityTest, ASecretMayStandInAFile) {
  const auto s =
      finalize(with_kafka("kafka.login:\n  mechanism: PLAIN\n  username: u\n  password_file: /run/secrets/p\n"));
  ASSERT_TRUE(s);
  EXPECT_EQ(s->kafka.secret_files, (properties{{"sasl.password", "/run/secrets/p"}}));
  EXPECT_FALSE(s->kafka.properties.contains("sasl.password"));
  EXPECT_EQ(s->kafka.properties.at("security.protocol"), "SASL_PLAINTEXT");
}

TEST(KafkaSecurityTest, TokensKeepTheDirectPublisher) {
  const auto endpoint =
      finalize(with_kafka("kafka.login:\n  mechanism: OAUTHBEARER\n  token_endpoint: https://h/t\n  client_id: c\n"
                          "  client_secret_file: /s\n  scope: kafka\n"));
  ASSERT_TRUE(endpoint);
  EXPECT_TRUE(endpoint->kafka.is_direct) << endpoint->kafka.librdkafka_for;
  EXPECT_EQ(endpoint->kafka.properties, (properties{{"security.protocol", "SASL_PLAINTEXT"},
                                                    {"sasl.mechanism", "OAUTHBEARER"},
                                                    {"sasl.oauthbearer.method", "oidc"},
                                                    {"sasl.oauthbearer.token.endpoint.url", "https://h/t"},
                                                    {"sasl.oauthbearer.client.id", "c"},
                                                    {"sasl.oauthbearer.scope", "kafka"}}));
  EXPECT_EQ(endpoint->kafka.secret_files, (properties{{"sasl.oauthbearer.client.secret", "/s"}}));
  const auto file = finalize(with_kafka("kafka.login:\n  mechanism: OAUTHBEARER\n  token_file: /t\n"));
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->kafka.is_direct);
  const auto neither =
      finalize(with_kafka("kafka.properties:\n  security.protocol: sasl_ssl\n  sasl.mechanism: OAUTHBEARER\n"));
  ASSERT_TRUE(neither);
  EXPECT_EQ(neither->kafka.librdkafka_for, "sasl.mechanism");
}

TEST(KafkaSecurityTest, WhatIsMissingIsNamed) {
  EXPECT_THAT(errors_of(with_kafka("kafka.login.username: u\n")),
              ElementsAre(HasSubstr("kafka.login.mechanism: nothing says how to log in")));
  EXPECT_THAT(errors_of(with_kafka("kafka.login.mechanism: PLAIN\n")),
              ElementsAre(HasSubstr("kafka.login.username"), HasSubstr("kafka.login.password")));
  EXPECT_THAT(errors_of(with_kafka("kafka.login.mechanism: OAUTHBEARER\n")),
              ElementsAre(HasSubstr("write token_endpoint or token_file")));
  EXPECT_THAT(errors_of(with_kafka("kafka.login:\n  mechanism: OAUTHBEARER\n  token_endpoint: http://h/t\n")),
              ElementsAre(HasSubstr("kafka.login.client_id"), HasSubstr("kafka.login.client_secret")));
  EXPECT_THAT(errors_of(with_kafka("kafka.tls.key: /k\n")), ElementsAre(HasSubstr("kafka.tls.certificate")));
}

TEST(KafkaSecurityTest, WhatContradictsItselfIsRefused) {
  const char* const both[] = {
      "kafka.tls:\n  enabled: false\n  ca: /ca\n", "kafka.tls.ca: /ca\nkafka.properties:\n  ssl.ca.location: /ca\n",
      "kafka.tls: {}\nkafka.properties:\n  security.protocol: plaintext\n",
      "kafka.login:\n  mechanism: PLAIN\n  username: u\n  password: a\n  password_file: b\n",
      "kafka.login:\n  mechanism: PLAIN\n  username: u\n  password: a\nkafka.properties:\n  security.protocol: SSL\n"};
  for (const char* text : both) EXPECT_THAT(codes_of(with_kafka(text)), ElementsAre(errc::contradiction)) << text;
}

TEST(KafkaSecurityTest, OneHalfMayBeWrittenAsProperties) {
  const auto p = properties_of(
      "kafka.properties:\n  security.protocol: sasl_ssl\n  ssl.ca.location: /ca\n"
      "kafka.login:\n  mechanism: PLAIN\n  username: u\n  password: a\n");
  EXPECT_EQ(p.at("security.protocol"), "sasl_ssl");
  EXPECT_EQ(p.at("sasl.username"), "u");
}

TEST(KafkaSecurityTest, SecretsAreNeverRendered) {
  const draft d = with_kafka(
      "kafka.tls:\n  ca: /ca\n  key_password: sesame\n"
      "kafka.login:\n  mechanism: PLAIN\n  username: u\n  password: hunter2\n");
  const std::string out = render_effective(d, *finalize(d));
  EXPECT_THAT(out, Not(HasSubstr("hunter2")));
  EXPECT_THAT(out, Not(HasSubstr("sesame")));
  EXPECT_THAT(out, HasSubstr("    password: \"********\""));
  EXPECT_THAT(out, Not(HasSubstr("properties:"))) << "what nobody wrote would be refused beside the sections";
  const draft again = from_yaml(out);
  EXPECT_THAT(errors_of(again), ElementsAre());
}

TEST(KafkaSecurityTest, ThePublisherInForceIsShownWithWhatMadeIt) {
  const draft direct = with_kafka("kafka.tls: {}\n");
  EXPECT_THAT(render_effective(direct, *finalize(direct)), HasSubstr("# default: direct is in force\n"));
  const draft kerberos = with_kafka("kafka.properties:\n  sasl.kerberos.keytab: /k\n");
  EXPECT_THAT(render_effective(kerberos, *finalize(kerberos)),
              HasSubstr("# default: librdkafka is in force, kafka.properties.sasl.kerberos.keytab needs it\n"));
}

}  // namespace
}  // namespace gateway::config::test
