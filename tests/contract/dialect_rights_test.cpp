// The rights of writers in dialects: rights and quotas are the door's, and refusals have the dialect's own form.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "gateway/auth/api_key.h"
#include "gateway/auth/key_file.h"
#include "tests/contract/dialect_case.h"

namespace tests {
namespace {

using namespace std::chrono_literals;
namespace auth = gateway::auth;

const std::string json_type = "Content-Type: application/vnd.kafka.json.v2+json\r\n";
const std::string cloud_event = "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /s\r\nce-type: t\r\n";

class DialectRightsTest : public testing::Test {
 protected:
  DialectRightsTest()
      : folder_(std::filesystem::temp_directory_path() / ("headgate_dialects_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    auth::key_table table;
    table[shop_.kept.id] = shop_.kept;
    std::ofstream(folder_ / "keys") << auth::write_keys(table);
    settings_.auth.emplace().api_keys_file = folder_ / "keys";
    settings_.tenants = {{"shop", {"orders"}, {"orders"}, {}}};
  }
  ~DialectRightsTest() override { std::filesystem::remove_all(folder_); }

  void start() {
    g_.emplace(settings_);
    g_->world.add_topic("secret", 1);
    g_->world.show_topics(g_->lane());
  }
  http_answer ask(const dialect_case& c) {
    raw_client client(g_->port());
    EXPECT_TRUE(client.send(request_of(c)));
    auto a = client.answer();
    EXPECT_TRUE(a.has_value()) << c.name;
    return a ? *a : http_answer{};
  }
  std::string bearer() const { return "Authorization: Bearer " + shop_.shown + "\r\n"; }
  http_answer produce(const std::string& topic, const std::string& fields) {
    return ask({"produce", "POST", "/topics/" + topic, json_type + fields, R"({"records":[{"value":1}]})"});
  }
  http_answer read(const std::string& target) { return ask({"read", "GET", target, bearer(), ""}); }
  http_answer send_cloud_event(const std::string& topic, const std::string& fields) {
    return ask({"event", "POST", "/v1/topics/" + topic + "/events", cloud_event + fields, "x"});
  }

  std::filesystem::path folder_;
  const auth::fresh_key shop_ = auth::new_api_key("shop", "", "");
  gateway::config::settings settings_;
  std::optional<gateway_fixture> g_;
};

TEST_F(DialectRightsTest, RestProxyAsksForALoginAndARight) {
  start();
  const auto nobody = produce("orders", "");
  EXPECT_EQ(nobody.status, 401);
  EXPECT_TRUE(nobody.has(R"({"error_code":40101,"message":")")) << nobody.body;
  EXPECT_NE(nobody.head.find("WWW-Authenticate: "), std::string::npos);
  const auto foreign = produce("secret", bearer());
  EXPECT_EQ(foreign.status, 403);
  EXPECT_TRUE(foreign.has(R"({"error_code":40301,"message":")")) << foreign.body;
  EXPECT_EQ(produce("nobody-knows", bearer()).status, 403);
  EXPECT_TRUE(g_->publisher.records().empty());
  EXPECT_EQ(produce("orders", bearer()).status, 200);
  EXPECT_EQ(g_->publisher.records().size(), 1U);
}

TEST_F(DialectRightsTest, CloudEventsAskForALoginAndARight) {
  start();
  EXPECT_EQ(send_cloud_event("orders", "").status, 401);
  EXPECT_EQ(send_cloud_event("secret", bearer()).status, 403);
  EXPECT_TRUE(g_->publisher.records().empty());
  EXPECT_EQ(send_cloud_event("orders", bearer()).status, 200);
  EXPECT_EQ(g_->publisher.records().size(), 1U);
}

TEST_F(DialectRightsTest, ListingsShowWhatMayBeSeen) {
  start();
  EXPECT_EQ(read("/topics").body, R"(["orders"])");
  EXPECT_EQ(read("/topics/orders").status, 200);
  for (const char* path : {"/topics/secret", "/topics/secret/partitions", "/topics/secret/partitions/0"}) {
    const auto a = read(path);
    EXPECT_EQ(a.status, 404) << path;
    EXPECT_TRUE(a.has(R"({"error_code":40401,)")) << a.body;
  }
}

TEST_F(DialectRightsTest, AQuotaIsToldInTheDialectsForm) {
  settings_.tenants[0].quota.requests = 2;
  start();
  http_answer last;
  for (int i = 0; i < 10 && last.status != 429; ++i) last = produce("orders", bearer());
  EXPECT_EQ(last.status, 429);
  EXPECT_TRUE(last.has(R"({"error_code":429,"message":")")) << last.body;
  EXPECT_EQ(last.fields.count("retry-after"), 1U);
}

TEST_F(DialectRightsTest, AWebhookMayAskWithoutALogin) {
  start();
  const auto a =
      ask({"handshake", "OPTIONS", "/v1/topics/orders/events", "WebHook-Request-Origin: e.example.com\r\n", ""});
  EXPECT_EQ(a.status, 200);
  EXPECT_EQ(a.fields.at("webhook-allowed-origin"), "e.example.com");
}

}  // namespace
}  // namespace tests
