#include "gateway/config/auth_options.h"

#include <gtest/gtest.h>

#include "gateway/config/reload.h"
#include "gateway/config/render.h"
#include "tests/gateway/config/support.h"

namespace gateway::config::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const char* const whole =
    "listen.http: '*:8080'\n"
    "auth:\n"
    "  anonymous: { tenant: public }\n"
    "  api_keys: { file: /etc/headgate/keys.yaml }\n"
    "  jwt:\n"
    "    issuer: https://login.example\n"
    "    audience: headgate\n"
    "    jwks: https://login.example/jwks.json\n"
    "    tenant_claim: org\n"
    "    leeway: 5s\n"
    "  certificates:\n"
    "    tenant_from: map\n"
    "    map:\n"
    "      client.example: shop\n"
    "      'spiffe://x/y': public\n"
    "tenants:\n"
    "  shop: { write: [orders*, carts], read: [orders*], quota: { events: 50k/s, bytes: 20MiB/s, requests: 300,\n"
    "          connections: 500, in_flight: 16MiB } }\n"
    "  public:\n"
    "    write: clicks\n";

TEST(AuthOptionsTest, EveryKeyIsRead) {
  const auto s = finalize(with_kafka(whole));
  ASSERT_TRUE(s) << errors_of(with_kafka(whole)).front();
  ASSERT_TRUE(s->auth);
  EXPECT_EQ(s->auth->anonymous, "public");
  EXPECT_EQ(s->auth->api_keys_file, "/etc/headgate/keys.yaml");
  EXPECT_EQ(s->auth->jwt->issuer, "https://login.example");
  EXPECT_THAT(s->auth->jwt->audiences, ElementsAre("headgate"));
  EXPECT_EQ(s->auth->jwt->jwks, "https://login.example/jwks.json");
  EXPECT_EQ(s->auth->jwt->tenant_claim, "org");
  EXPECT_EQ(s->auth->jwt->leeway, 5s);
  EXPECT_EQ(s->auth->certificates, tenant_from::map);
  EXPECT_EQ(s->auth->certificate_map.at("client.example"), "shop");
  EXPECT_EQ(s->auth->certificate_map.at("spiffe://x/y"), "public");
  ASSERT_EQ(s->tenants.size(), 2U);
  const tenant_settings& shop = s->tenants[0];
  EXPECT_EQ(shop.name, "shop");
  EXPECT_THAT(shop.write, ElementsAre("orders*", "carts"));
  EXPECT_THAT(shop.read, ElementsAre("orders*"));
  EXPECT_EQ(shop.quota, (quota_settings{50'000, 20 << 20, 300, 500, 16 << 20}));
  EXPECT_EQ(s->tenants[1].quota, quota_settings{});
}

TEST(AuthOptionsTest, WhatIsRenderedReadsBackAsTheSameSettings) {
  const draft d = with_kafka(whole);
  const auto s = finalize(d);
  ASSERT_TRUE(s);
  const std::string text = render_effective(d, *s);
  EXPECT_THAT(text, testing::ContainsRegex("quota.events: 50k/s +# headgate.yaml:"));
  const draft again = from_yaml(text);
  const auto read_back = finalize(again);
  ASSERT_TRUE(read_back) << text << errors_of(again).front();
  EXPECT_EQ(read_back->auth, s->auth);
  EXPECT_EQ(read_back->tenants, s->tenants);
}

TEST(AuthOptionsTest, WrongValuesAreNamedWithTheirLine) {
  const auto with = [](const std::string& tenant) {
    return errors_of(with_kafka("auth.api_keys.file: k\ntenants:\n  shop: " + tenant));
  };
  EXPECT_THAT(with("{ wrte: [a] }"), ElementsAre(HasSubstr("headgate.yaml:3: tenants.shop.wrte: there is no such key; "
                                                           "did you mean tenants.shop.write?")));
  EXPECT_THAT(with("{ quota: { events: fast } }"),
              ElementsAre(HasSubstr("tenants.shop.quota.events: 'fast' is no rate")));
  EXPECT_THAT(with("{ quota: { bytes: 5/min } }"), ElementsAre(HasSubstr("quota.bytes: '5/min' is no rate")));
  EXPECT_THAT(with("{ quota: { connections: 0 } }"), ElementsAre(HasSubstr("must be 1 to 1000000")));
  EXPECT_THAT(with("{ write: [a/b] }"), ElementsAre(HasSubstr("'a/b' is no topic name or pattern")));
  EXPECT_THAT(with("{ write: { a: b } }"), ElementsAre(HasSubstr("tenants.shop.write: takes a value, not keys")));
  EXPECT_THAT(errors_of(with_kafka("auth:\n  jwt: { isuer: x }\n")),
              testing::Contains(HasSubstr("headgate.yaml:2: auth.jwt.isuer: there is no such key; did you mean "
                                          "auth.jwt.issuer?")));
}

TEST(AuthOptionsTest, ReloadTakesTenantsAndLoginsButNotWhetherThereAreAny) {
  const auto before = finalize(with_kafka(whole));
  std::string changed = whole;
  changed.replace(changed.find("carts"), 5, "baskets");
  const auto after = finalize(with_kafka(changed));
  ASSERT_TRUE(before && after);
  EXPECT_THAT(compare(*before, *after).reloadable, ElementsAre("tenants"));
  EXPECT_EQ(merge_reloadable(*before, *after).tenants, after->tenants);
  const auto open = finalize(with_kafka("listen.http: '*:8080'\nlisten.insecure: true\n"));
  ASSERT_TRUE(open);
  EXPECT_THAT(compare(*before, *open).needs_restart, testing::Contains("auth"));
  EXPECT_TRUE(merge_reloadable(*before, *open).auth);
}

}  // namespace
}  // namespace gateway::config::test
