#include "gateway/config/auth_checks.h"

#include <gtest/gtest.h>

#include "gateway/config/render.h"
#include "tests/gateway/config/support.h"

namespace gateway::config::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string keys = "auth.api_keys.file: keys.yaml\ntenants:\n  shop: { write: [orders] }\n";

TEST(AuthChecksTest, WithoutAuthOnlyLoopbackIsListenedOn) {
  for (const char* at : {"'*:8080'", "0.0.0.0:8080", "'[::]:8080'", "192.168.1.5:8080"})
    for (const char* listener : {"http", "tcp", "admin"})
      EXPECT_THAT(errors_of(with_kafka(std::string("listen.") + listener + ": " + at)),
                  ElementsAre(HasSubstr("listen.insecure: true")))
          << listener << at;
  for (const char* at : {"127.0.0.1:8080", "127.8.8.8:8080", "'[::1]:8080'", "localhost:8080", "off"})
    EXPECT_THAT(errors_of(with_kafka(std::string("listen.http: ") + at)), ElementsAre()) << at;
  EXPECT_THAT(errors_of(with_kafka("listen.http: '*:8080'\nlisten.insecure: true\n")), ElementsAre());
  EXPECT_THAT(errors_of(with_kafka("listen.http: '*:8080'\n" + keys)), ElementsAre());
}

TEST(AuthChecksTest, AuthMustNameALoginAndATenant) {
  EXPECT_THAT(errors_of(with_kafka("auth: {}\ntenants: {a: {write: [t]}}\n")),
              ElementsAre(HasSubstr("names no way to log in")));
  EXPECT_THAT(errors_of(with_kafka("auth:\ntenants: {a: {write: [t]}}\n")),
              ElementsAre(HasSubstr("names no way to log in")));
  EXPECT_THAT(errors_of(with_kafka("auth.api_keys.file: k\n")), ElementsAre(HasSubstr("no tenant is")));
  EXPECT_THAT(errors_of(with_kafka("tenants: {a: {write: [t]}}\n")),
              ElementsAre(HasSubstr("have a meaning only with `auth`")));
}

TEST(AuthChecksTest, TokensNeedIssuerAudienceAndKeys) {
  EXPECT_THAT(errors_of(with_kafka(keys + "auth.jwt.tenant_claim: org\n")),
              testing::UnorderedElementsAre(HasSubstr("auth.jwt.issuer"), HasSubstr("auth.jwt.audience"),
                                            HasSubstr("auth.jwt.jwks")));
  EXPECT_THAT(errors_of(with_kafka(keys + "auth.jwt: {issuer: i, audience: [a, b], jwks: 'ftp://x'}\n")),
              testing::Contains(HasSubstr("neither a file nor an http:// or https:// address")));
}

TEST(AuthChecksTest, CertificatesNeedAMapWhereTheySaySo) {
  EXPECT_THAT(errors_of(with_kafka(keys + "auth.certificates.tenant_from: map\n")),
              ElementsAre(HasSubstr("write the name of each certificate")));
  EXPECT_THAT(errors_of(with_kafka(keys + "auth.certificates: {tenant_from: CN, map: {a: shop}}\n")),
              ElementsAre(HasSubstr("only with tenant_from: map")));
  EXPECT_THAT(errors_of(with_kafka(keys + "auth.certificates: {tenant_from: map, map: {a: ship}}\n")),
              ElementsAre(HasSubstr("there is no tenant 'ship'")));
  EXPECT_THAT(errors_of(with_kafka(keys + "auth.certificates: {tenant_from: cn}\n")),
              ElementsAre(HasSubstr("'cn' is not one of CN, SAN, map")));
}

TEST(AuthChecksTest, TheAnonymousTenantMustExist) {
  EXPECT_THAT(errors_of(with_kafka(keys + "auth.anonymous.tenant: public\n")),
              ElementsAre(HasSubstr("there is no tenant 'public'")));
  EXPECT_THAT(errors_of(with_kafka(keys + "auth.anonymous.tenant: shop\n")), ElementsAre());
}

TEST(AuthChecksTest, LinesNeedACertificateOrNobody) {
  const std::string lines = "listen.lines: 127.0.0.1:7171\nlisten.lines_topic: orders\n";
  EXPECT_THAT(errors_of(with_kafka(keys + lines)), ElementsAre(HasSubstr("lines carry no credential")));
  EXPECT_THAT(errors_of(with_kafka(keys + lines + "auth.anonymous.tenant: shop\n")), ElementsAre());
  EXPECT_THAT(errors_of(with_kafka(keys + lines + "auth.certificates.tenant_from: CN\n")), ElementsAre());
}

TEST(AuthChecksTest, TenantsHaveNamesOfTheirOwn) {
  const std::string auth = "auth.api_keys.file: k\n";
  EXPECT_THAT(errors_of(with_kafka(auth + "tenants: {a: {write: [t]}, a: {write: [u]}}\n")),
              ElementsAre(HasSubstr("tenants.a: is given twice")));
  EXPECT_THAT(errors_of(with_kafka(auth + "tenants: {'a b': {write: [t]}}\n")),
              ElementsAre(HasSubstr("'a b' is no tenant's name")));
}

TEST(AuthChecksTest, TheAdminTokenIsLongAndNeverShown) {
  EXPECT_THAT(errors_of(with_kafka("listen.admin_token: short\n")), ElementsAre(HasSubstr("16 to 512 bytes")));
  const draft d = with_kafka("listen.admin_token: a-token-of-twenty-chars\n");
  const auto s = finalize(d);
  ASSERT_TRUE(s);
  EXPECT_EQ(s->admin_token, "a-token-of-twenty-chars");
  EXPECT_THAT(render_effective(d, *s), testing::AllOf(Not(HasSubstr("a-token")), HasSubstr("admin_token: \"****")));
}

TEST(AuthChecksTest, OriginsOfATopicAreWrittenAsBrowsersSendThem) {
  const auto s =
      finalize(with_kafka("topics:\n  - pattern: clicks\n    cors: {origins: [https://shop.example, "
                          "'http://localhost:3000', 'https://*.shop.example']}\n"
                          "topic_defaults:\n  cors:\n    origins: ['*']\n"));
  ASSERT_TRUE(s);
  EXPECT_THAT(s->of_topic("clicks").cors_origins,
              ElementsAre("https://shop.example", "http://localhost:3000", "https://*.shop.example"));
  EXPECT_THAT(s->of_topic("other").cors_origins, ElementsAre("*"));
  for (const char* wrong : {"shop.example", "https://shop.example/", "https://Shop.example", "https://"})
    EXPECT_THAT(errors_of(with_kafka("topic_defaults.cors.origins: ['" + std::string(wrong) + "']\n")),
                ElementsAre(HasSubstr("is no origin")))
        << wrong;
}

}  // namespace
}  // namespace gateway::config::test
