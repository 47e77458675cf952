// The rights of writers over real sockets: logins, rights, quotas, browsers, and the admin listener, as clients see it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/auth/api_key.h"
#include "gateway/auth/key_file.h"
#include "tests/gateway/auth/issuer.h"
#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"

namespace tests {
namespace {

using namespace std::chrono_literals;
namespace auth = gateway::auth;
namespace config = gateway::config;
using auth::test::issuer_key;

const std::string event = R"({"aggregateId":"a"})";

class SecurityTest : public testing::Test {
 protected:
  SecurityTest() : folder_(std::filesystem::temp_directory_path() / ("headgate_security_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    keep(shop_);
    std::ofstream(folder_ / "jwks") << auth::test::key_set_of({issuer_.jwk()});
    auto& a = settings_.auth.emplace();
    a.api_keys_file = folder_ / "keys";
    a.jwt.emplace();
    a.jwt->issuer = "i";
    a.jwt->audiences = {"headgate"};
    a.jwt->jwks = folder_ / "jwks";
    settings_.tenants = {{"shop", {"orders", "carts"}, {"orders"}, {}}, {"public", {"clicks"}, {}, {}}};
  }
  ~SecurityTest() override { std::filesystem::remove_all(folder_); }

  void keep(const auth::fresh_key& key) {
    table_[key.kept.id] = key.kept;
    std::ofstream(folder_ / "keys") << auth::write_keys(table_);
  }
  config::tenant_settings& shop() { return settings_.tenants[0]; }
  std::string bearer() const { return "Authorization: Bearer " + shop_.shown + "\r\n"; }
  std::string token(std::int64_t valid = 60, const std::string& tenant = "shop") const {
    return issuer_.token(R"({"alg":"ES256","kid":"p"})", R"({"iss":"i","aud":"headgate","tenant":")" + tenant +
                                                             R"(","exp":)" +
                                                             std::to_string(std::time(nullptr) + valid) + "}");
  }
  gateway_fixture& start(std::size_t lanes = 1) {
    g_.emplace(settings_, lanes);
    for (const char* topic : {"clicks", "carts", "secret"}) g_->world.add_topic(topic, 1);
    for (std::size_t i = 0; i < lanes; ++i) g_->world.show_topics(g_->lane(i));
    return *g_;
  }
  http_answer ask(const std::string& bytes, bool admin = false) {
    raw_client c(admin ? g_->admin_port() : g_->port());
    EXPECT_TRUE(c.send(bytes));
    auto a = c.answer(5s, bytes.starts_with("HEAD"));
    EXPECT_TRUE(a.has_value()) << bytes.substr(0, 200);
    return a ? *a : http_answer{};
  }
  int status(const std::string& fields, const std::string& topic = "orders") {
    return ask(post(event, "application/json", "", fields, topic)).status;
  }

  std::filesystem::path folder_;
  const issuer_key issuer_{issuer_key::kind::p256, "p"};
  const auth::fresh_key shop_ = auth::new_api_key("shop", "", "");
  auth::key_table table_;
  config::settings settings_;
  std::optional<gateway_fixture> g_;
};

TEST_F(SecurityTest, WithoutACredentialTheAnswerSaysHowToLogIn) {
  start();
  const auto a = ask(post(event));
  EXPECT_EQ(a.status, 401);
  EXPECT_NE(a.head.find("WWW-Authenticate: Bearer realm=\"headgate\"\r\n"), std::string::npos) << a.head;
  EXPECT_NE(a.head.find("WWW-Authenticate: Basic realm=\"headgate\""), std::string::npos);
  EXPECT_EQ(a.fields.at("content-type"), "application/problem+json");
  EXPECT_TRUE(a.has(R"("code":"unauthorized")")) << a.body;
  EXPECT_EQ(ask(get("/v1/topics")).status, 401);
  EXPECT_EQ(ask(get("/v1/topics/orders")).status, 401);
  EXPECT_TRUE(g_->publisher.records().empty());
}

TEST_F(SecurityTest, HealthIsToldToEverybody) {
  start();
  for (const char* path : {"/healthz", "/readyz", "/"}) EXPECT_EQ(ask(get(path)).status, 200) << path;
  EXPECT_EQ(ask("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").status, 204);
}

TEST_F(SecurityTest, AKeyOrATokenIsTakenInEachOfItsPlaces) {
  start();
  EXPECT_EQ(status(bearer()), 200);
  EXPECT_EQ(status("X-Api-Key: " + shop_.shown + "\r\n"), 200);
  EXPECT_EQ(status("Authorization: Basic " + auth::test::base64("shop:" + shop_.shown) + "\r\n"), 200);
  EXPECT_EQ(status("Authorization: Bearer " + token() + "\r\n"), 200);
  EXPECT_EQ(g_->publisher.records().size(), 4U);
  for (const auto& r : g_->publisher.records()) EXPECT_EQ(r.value, event);
}

TEST_F(SecurityTest, WhatIsNotGoodIsRefusedWithoutSayingWhy) {
  start();
  std::string wrong = shop_.shown;
  wrong.back() = wrong.back() == 'a' ? 'b' : 'a';
  for (const std::string& fields :
       {"Authorization: Bearer " + wrong + "\r\n",
        "Authorization: Bearer " + auth::new_api_key("shop", "", "").shown + "\r\n",
        std::string("Authorization: Bearer x\r\n"), "X-Api-Key: " + token() + "\r\n",
        "Authorization: Bearer " + token(-120) + "\r\n", "Authorization: Bearer " + token(60, "nobody") + "\r\n",
        bearer() + "X-Api-Key: " + shop_.shown + "\r\n", bearer() + bearer(), std::string("Authorization: \r\n")})
    EXPECT_EQ(status(fields), 401) << fields;
  const auto a = ask(post(event, "application/json", "", "Authorization: Bearer " + wrong + "\r\n"));
  EXPECT_NE(a.head.find("error=\"invalid_token\""), std::string::npos) << a.head;
  EXPECT_EQ(a.body.find(wrong), std::string::npos);
  EXPECT_TRUE(g_->publisher.records().empty());
}

TEST_F(SecurityTest, WhatMayNotBeWrittenIsRefusedWhetherOrNotItExists) {
  start();
  const auto a = ask(post(event, "application/json", "", bearer(), "secret"));
  EXPECT_EQ(a.status, 403);
  EXPECT_TRUE(a.has(R"("code":"forbidden")"));
  EXPECT_TRUE(a.has("there is no right to write topic 'secret'")) << a.body;
  auto b = ask(post(event, "application/json", "", bearer(), "nowhere"));
  EXPECT_EQ(b.status, 403);
  EXPECT_TRUE(b.has("there is no right to write topic 'nowhere'"));
  EXPECT_EQ(status(bearer(), "clicks"), 403);
  EXPECT_EQ(status(bearer(), "carts"), 200);
  EXPECT_EQ(g_->publisher.records().size(), 1U);
}

TEST_F(SecurityTest, MixedEventsAndTombstonesNeedTheRightToEachTopic) {
  settings_.routes = {{{"Order*"}, "orders"}, {{"Secret*"}, "secret"}};
  shop().quota.events = 2;
  start();
  const auto mixed = [&](const std::string& types) {
    std::string text = post(types, "application/json", "", bearer());
    const std::string path = "/v1/topics/orders/events";
    return ask(text.replace(text.find(path), path.size(), "/v1/events"));
  };
  const auto both = mixed(R"([{"eventType":"OrderPlaced"},{"eventType":"SecretTold"}])");
  EXPECT_EQ(both.status, 403);
  EXPECT_TRUE(both.has("there is no right to write topic 'secret'")) << both.body;
  EXPECT_TRUE(g_->publisher.records().empty());
  const std::string del = " HTTP/1.1\r\nHost: t\r\n" + bearer() + "\r\n";
  EXPECT_EQ(ask("DELETE /v1/topics/secret/records/a" + del).status, 403);
  EXPECT_EQ(mixed(R"([{"eventType":"OrderPlaced"},{"eventType":"OrderPaid"},{"eventType":"OrderSent"}])").status, 200);
  EXPECT_EQ(mixed(R"([{"eventType":"OrderPlaced"}])").status, 429);
  EXPECT_EQ(ask("DELETE /v1/topics/orders/records/a" + del).status, 429);
  EXPECT_EQ(g_->publisher.records().size(), 3U);
}

TEST_F(SecurityTest, TopicsOneMayNotSeeAreNotThere) {
  start();
  const auto list = ask(get("/v1/topics", bearer()));
  EXPECT_EQ(list.status, 200);
  EXPECT_TRUE(list.has(R"("topic":"orders")") && list.has(R"("topic":"carts")")) << list.body;
  EXPECT_FALSE(list.has("secret") || list.has("clicks")) << list.body;
  const auto hidden = ask(get("/v1/topics/secret", bearer()));
  const auto unknown = ask(get("/v1/topics/nowhere", bearer()));
  EXPECT_EQ(hidden.status, 404);
  EXPECT_EQ(unknown.status, 404);
  std::string same = hidden.body;
  same.replace(same.find("secret"), 6, "nowhere");
  EXPECT_EQ(same, unknown.body);
  EXPECT_EQ(ask(get("/v1/topics/carts", bearer())).status, 200);
  EXPECT_EQ(ask(get("/v1/topics/secret/partition-of?key=a", bearer())).status, 404);
}

TEST_F(SecurityTest, ARefusedRequestsBodyIsNotRead) {
  start();
  for (const std::string& fields : {std::string(), bearer()}) {
    raw_client c(g_->port());
    EXPECT_TRUE(c.send("POST /v1/topics/secret/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
                       fields + "Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"));
    const auto a = c.answer();
    ASSERT_TRUE(a);
    EXPECT_EQ(a->status, fields.empty() ? 401 : 403);
    EXPECT_TRUE(c.is_ended());
  }
}

TEST_F(SecurityTest, ARevokedKeyIsRefusedOnAnOpenConnection) {
  start();
  raw_client c(g_->port());
  ASSERT_TRUE(c.send(post(event, "application/json", "", bearer())));
  ASSERT_EQ(c.answer()->status, 200);
  table_[shop_.kept.id].revoked = "today";
  std::ofstream(folder_ / "keys") << auth::write_keys(table_);
  g_->authority().look(std::chrono::steady_clock::now());
  ASSERT_TRUE(c.send(post(event, "application/json", "", bearer())));
  EXPECT_EQ(c.answer()->status, 401);
}

TEST_F(SecurityTest, WhoBringsNothingIsAnonymousIfThatIsConfigured) {
  settings_.auth->anonymous = "public";
  start();
  EXPECT_EQ(status("", "clicks"), 200);
  EXPECT_EQ(status("", "orders"), 403);
  EXPECT_EQ(status("Authorization: Bearer x\r\n", "clicks"), 401);
}

TEST_F(SecurityTest, RequestsBeyondTheQuotaAreToldWhenToComeAgain) {
  shop().quota.requests = 5;
  start(2);
  int taken = 0;
  http_answer refused;
  for (int i = 0; i < 20; ++i) {
    const auto a = ask(post(event, "application/json", "", bearer()));
    taken += a.status == 200;
    if (a.status != 200) refused = a;
  }
  EXPECT_GE(taken, 5);
  EXPECT_LE(taken, 8);  // on two lanes together
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.fields.at("retry-after"), "1");
  EXPECT_TRUE(refused.has(R"("code":"quota_exceeded")")) << refused.body;
  EXPECT_EQ(g_->publisher.records().size(), static_cast<std::size_t>(taken));
}

TEST_F(SecurityTest, EventsBeyondTheQuotaWaitUntilTheyArePaidFor) {
  shop().quota.events = 10;
  start();
  std::string many = "[" + event;
  for (int i = 0; i < 49; ++i) many += "," + event;
  EXPECT_EQ(ask(post(many + "]", "application/json", "", bearer())).status, 200);
  const auto a = ask(post(event, "application/json", "", bearer()));
  EXPECT_EQ(a.status, 429);
  EXPECT_GE(std::stoi(a.fields.at("retry-after")), 4);
  EXPECT_LE(std::stoi(a.fields.at("retry-after")), 5);
  EXPECT_TRUE(a.has("events a second"));
  EXPECT_EQ(g_->publisher.records().size(), 50U);
}

TEST_F(SecurityTest, BytesBeyondTheQuotaAreCountedDecoded) {
  shop().quota.bytes = 1024;
  start();
  EXPECT_EQ(ask(post("{\"a\":\"" + std::string(5000, 'x') + "\"}", "application/json", "", bearer())).status, 200);
  EXPECT_EQ(status(bearer()), 429);
}

TEST_F(SecurityTest, InFlightBytesAreATenantsOwn) {
  shop().quota.in_flight_bytes = 65536;
  start();
  g_->publisher.hold();
  raw_client c(g_->port());
  ASSERT_TRUE(c.send(post("{\"a\":\"" + std::string(70'000, 'x') + "\"}", "application/json", "", bearer())));
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(status(bearer()), 429);
  g_->publisher.release();
  EXPECT_EQ(c.answer()->status, 200);
  EXPECT_EQ(status(bearer()), 200);
}

TEST_F(SecurityTest, ConnectionsAreATenantsOwn) {
  shop().quota.connections = 2;
  settings_.auth->anonymous = "public";
  start();
  raw_client one(g_->port());
  std::optional<raw_client> two(g_->port());
  raw_client three(g_->port());
  for (raw_client* c : {&one, &*two}) {
    ASSERT_TRUE(c->send(post(event, "application/json", "", bearer())));
    ASSERT_EQ(c->answer()->status, 200);
  }
  ASSERT_TRUE(three.send(post(event, "application/json", "", bearer())));
  const auto a = three.answer();
  EXPECT_EQ(a->status, 429);
  EXPECT_TRUE(a->has(R"("code":"too_many_connections")"));
  EXPECT_TRUE(three.is_ended());
  EXPECT_EQ(status("", "clicks"), 200) << "others have their own";
  two.reset();
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(status(bearer()), 200);
}

TEST_F(SecurityTest, TooManyFailedLoginsAreToldToWait) {
  start();
  raw_client c(g_->port());
  int last = 0;
  for (int i = 0; i < 400 && last != 429; ++i) {
    ASSERT_TRUE(c.send(post(event, "application/json", "", "X-Api-Key: x\r\n")));
    last = c.answer()->status;
  }
  EXPECT_EQ(last, 429);
}

TEST_F(SecurityTest, APageOfAnotherOriginNeedsPermission) {
  settings_.auth.reset();
  settings_.tenants.clear();
  settings_.topics.emplace_back().pattern = "clicks";
  settings_.topics.back().cors_origins = {"https://shop.example", "https://*.shop.example"};
  settings_.topics.emplace_back();
  start();
  const auto with = [&](const std::string& origin, const std::string& topic) {
    return ask(post(event, "application/json", "", "Origin: " + origin + "\r\n", topic));
  };
  const auto refused = with("https://evil.example", "clicks");
  EXPECT_EQ(refused.status, 403);
  EXPECT_TRUE(refused.has(R"("code":"origin_not_allowed")"));
  EXPECT_EQ(with("https://shop.example", "orders").status, 403);
  EXPECT_EQ(with("null", "clicks").status, 403);
  EXPECT_EQ(with("https://shop.example.evil.example", "clicks").status, 403);
  EXPECT_TRUE(g_->publisher.records().empty());
  const auto good = with("https://shop.example", "clicks");
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(good.fields.at("access-control-allow-origin"), "https://shop.example");
  EXPECT_EQ(good.fields.at("vary"), "Origin");
  EXPECT_EQ(good.fields.at("access-control-allow-credentials"), "true");
  EXPECT_EQ(with("https://eu.shop.example", "clicks").status, 200);
  EXPECT_EQ(with("http://t", "orders").status, 200) << "the same host as it was asked for";
}

TEST_F(SecurityTest, APreflightIsAnsweredFromTheTable) {
  settings_.topics.emplace_back().pattern = "clicks";
  settings_.topics.back().cors_origins = {"https://shop.example"};
  settings_.topics.emplace_back();
  start();
  const auto preflight = [&](const std::string& origin, const std::string& topic) {
    return ask("OPTIONS /v1/topics/" + topic + "/events HTTP/1.1\r\nHost: x\r\nOrigin: " + origin +
               "\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: "
               "content-type,authorization\r\n\r\n");
  };
  const auto a = preflight("https://shop.example", "clicks");
  EXPECT_EQ(a.status, 204);
  EXPECT_EQ(a.fields.at("access-control-allow-origin"), "https://shop.example");
  EXPECT_NE(a.fields.at("access-control-allow-methods").find("POST"), std::string::npos);
  EXPECT_NE(a.fields.at("access-control-allow-headers").find("Authorization"), std::string::npos);
  EXPECT_EQ(a.fields.at("access-control-max-age"), "7200");
  EXPECT_EQ(a.fields.at("access-control-allow-credentials"), "true") << "beacons of JSON ask with credentials";
  EXPECT_EQ(preflight("https://evil.example", "clicks").status, 403);
  EXPECT_EQ(preflight("https://shop.example", "orders").status, 403);
  const auto denied = ask(post(event, "application/json", "", "Origin: https://shop.example\r\n", "clicks"));
  EXPECT_EQ(denied.status, 401) << "a page may ask, and must say who it is all the same";
  EXPECT_EQ(denied.fields.at("access-control-allow-origin"), "https://shop.example") << "so that it can read why";
}

TEST_F(SecurityTest, WhereEveryPageMaySendNoneUsesTheBrowsersCredentials) {
  settings_.topics.emplace_back().pattern = "clicks";
  settings_.topics.back().cors_origins = {"*", "https://*"};
  settings_.topics.emplace_back();
  start();
  const std::string any = "Origin: https://any.example\r\n";
  const auto a = ask(post(event, "application/json", "", any + bearer(), "clicks"));
  EXPECT_EQ(a.fields.at("access-control-allow-origin"), "https://any.example");
  EXPECT_FALSE(a.fields.contains("access-control-allow-credentials"));
  const auto asked = ask("OPTIONS /v1/topics/clicks/events HTTP/1.1\r\nHost: x\r\n" + any + "\r\n");
  EXPECT_EQ(asked.status, 204);
  EXPECT_FALSE(asked.fields.contains("access-control-allow-credentials"));
}

TEST_F(SecurityTest, WhatABeaconSendsIsReadAsEventsWherePagesMaySend) {
  settings_.auth->anonymous = "public";
  settings_.topics.emplace_back().pattern = "clicks";
  settings_.topics.back().cors_origins = {"https://shop.example"};
  settings_.topics.emplace_back();
  start();
  const std::string two = "[" + event + "," + event + "]";
  EXPECT_EQ(ask(post(two, "text/plain;charset=UTF-8", "", "Origin: https://shop.example\r\n", "clicks")).status, 200);
  EXPECT_EQ(g_->publisher.records().size(), 2U);
  EXPECT_EQ(ask(post(two, "text/plain", "", "", "clicks")).status, 200);
  EXPECT_EQ(g_->publisher.records().size(), 3U) << "without a page it is opaque";
}

TEST_F(SecurityTest, TheAdminListenerAnswersUnderItsOwnNamesOnly) {
  settings_.admin_hosts = {"gate.example", "*.cluster.local"};
  start();
  const auto with = [&](const std::string& host) {
    return ask("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n", true).status;
  };
  for (const char* host : {"127.0.0.1:9464", "localhost:9464", "LocalHost", "[::1]:9464", "headgate:9464",
                           "gate.example", "Gate.Example:9464", "headgate.monitoring.svc.cluster.local"})
    EXPECT_EQ(with(host), 200) << host;
  for (const char* host :
       {"evil.example", "evil.example:9464", "localhost.evil.example", "127.0.0.1.evil.example", "1.2.3.4.nip.io"})
    EXPECT_EQ(with(host), 403) << host;
  EXPECT_EQ(ask(get("/metrics", "Origin: https://evil.example\r\n"), true).status, 403);
}

TEST_F(SecurityTest, TheAdminPageRunsNothingButItself) {
  start();
  const auto a = ask(get("/"), true);
  EXPECT_EQ(a.status, 200);
  EXPECT_NE(a.fields.at("content-security-policy").find("default-src 'none'; script-src 'sha256-"), std::string::npos);
  EXPECT_EQ(a.fields.at("x-frame-options"), "DENY");
  EXPECT_EQ(a.fields.count("set-cookie"), 0U);
}

TEST_F(SecurityTest, TheAdminListenerAsksForItsToken) {
  settings_.admin_token = "a-token-of-twenty-chars";
  start();
  EXPECT_EQ(ask(get("/metrics"), true).status, 401);
  EXPECT_EQ(ask(get("/metrics", "Authorization: Bearer a-token-of-twenty-charx\r\n"), true).status, 401);
  EXPECT_EQ(ask(get("/metrics", "Authorization: Bearer a-token-of-twenty-chars\r\n"), true).status, 200);
  EXPECT_EQ(
      ask(get("/metrics", "Authorization: Basic " + auth::test::base64("x:a-token-of-twenty-chars") + "\r\n"), true)
          .status,
      200);
  EXPECT_EQ(ask(get("/healthz"), true).status, 200);
  EXPECT_EQ(ask(get("/readyz"), true).status, 200);
}

}  // namespace
}  // namespace tests
