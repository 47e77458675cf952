// Store topics over real sockets: what the topic's rules ask of appends, and what posts of other kinds become there.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/contract/store_case.h"

namespace tests {
namespace {

using StoreRulesTest = StoreContractTest;

TEST_F(StoreRulesTest, ATombstoneIsRejectedHoweverItComes) {
  append("c", R"({"n":1})");
  const auto a = ask(*client, "DELETE /v1/topics/carts/records/c HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(a.status, 422) << a.body;
  EXPECT_TRUE(a.has("empty_event") && a.has("store topic")) << a.body;
  const auto v2 = [this](const std::string& type, const std::string& body) {
    return ask(*client, "POST /topics/carts HTTP/1.1\r\nHost: t\r\nContent-Type: application/vnd.kafka." + type +
                            ".v2+json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  EXPECT_TRUE(v2("json", R"({"records":[{"key":"c","value":null}]})").has("store topic"));
  EXPECT_TRUE(v2("binary", R"({"records":[{"key":"Yw==","value":""}]})").has("store topic"));
  EXPECT_EQ(log.records("carts").size(), 1U);
}

TEST_F(StoreRulesTest, TheRulesOfTheTopicHoldForAppends) {
  gateway::config::settings s;
  s.topics.emplace_back();
  s.topics.front().headers = {"X-Request-Id"};
  s.topics.front().opaque = gateway::config::opaque_bodies::refuse;
  restart(s);
  EXPECT_EQ(append("c", R"({"n":1})", "X-Request-Id: 7\r\nHeadgate-Header-why: test\r\nX-Other: 1\r\n").status, 201);
  const auto records = log.records("carts");
  ASSERT_EQ(records.size(), 1U);
  const auto& headers = records[0].headers;
  const auto has = [&headers](const std::string& name, const std::string& value) {
    return std::find(headers.begin(), headers.end(), std::pair(name, value)) != headers.end();
  };
  EXPECT_TRUE(has("X-Request-Id", "7") && has("why", "test"));
  EXPECT_FALSE(has("X-Other", "1"));
  EXPECT_EQ(ask(*client, append_to("c", "x", "", "", "text/plain")).status, 415);
  for (const char* key : {"Headgate-Key: k\r\n", "Headgate-Key*: UTF-8''k\r\n"})
    EXPECT_EQ(append("c", R"({"n":2})", key).status, 400) << key;
  EXPECT_EQ(log.records("carts").size(), 1U);
}

TEST_F(StoreRulesTest, AnOrdinaryPostThatComesAgainIsRecognisedByItsIdempotencyKey) {
  const auto post = [this](std::string_view fields, std::string_view body) {
    return ask(*client, "POST /v1/topics/carts/events HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n" +
                            std::string(fields) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                            std::string(body));
  };
  const std::string_view two = R"([{"aggregateId":"c","n":1},{"aggregateId":"c","eventId":"own","n":2}])";
  EXPECT_TRUE(post("Idempotency-Key: \"k\"\r\n", two).has(R"("persisted":2)"));
  EXPECT_TRUE(post("Idempotency-Key: k\r\n", two).has(R"("duplicate":2)"));
  EXPECT_TRUE(post("Idempotency-Key: other\r\n", R"({"aggregateId":"c","eventId":"own"})").has(R"("duplicate":1)"));
  EXPECT_TRUE(post("Headgate-Event-Id: e\r\n", R"({"aggregateId":"c","n":3})").has(R"("persisted":1)"));
  EXPECT_TRUE(post("Headgate-Event-Id: e\r\n", R"({"aggregateId":"c","n":3})").has(R"("duplicate":1)"));
  EXPECT_EQ(post("Headgate-Event-Id: e\r\n", two).status, 400);
  EXPECT_EQ(post("Idempotency-Key: " + std::string(201, 'k') + "\r\n", two).status, 400);
  EXPECT_EQ(post("Headgate-Header-event-id: s\r\n", two).status, 400);
  EXPECT_EQ(append("c", R"({"n":4})", "ce-specversion: 1.0\r\nce-id: 1\r\n").status, 415);
  EXPECT_EQ(log.records("carts").size(), 3U);
}

TEST_F(StoreRulesTest, AnAppendWithoutTheSignatureOfItsWebhookIs401) {
  gateway::config::settings s;
  s.topics.emplace_back();
  s.topics.front().webhook = gateway::config::webhook_kind::github;
  s.topics.front().webhook_secret = "It's a Secret to Everybody";
  restart(s);
  EXPECT_EQ(append("c", "Hello, World!", "X-Hub-Signature-256: sha256=00\r\n").status, 401);
  EXPECT_EQ(append("c", R"({"n":1})").status, 401);
  EXPECT_EQ(log.records("carts").size(), 0U);
  // The example of GitHub's own page on validating deliveries.
  EXPECT_EQ(
      ask(*client,
          append_to("c", "Hello, World!",
                    "X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17\r\n",
                    "", "text/plain"))
          .status,
      201);
}

TEST_F(StoreRulesTest, ACloudEventIsNamedBySourceAndId) {
  const auto post = [this](const std::string& id, const std::string& source) {
    return ask(*client, "POST /v1/topics/carts/events HTTP/1.1\r\nHost: t\r\nce-specversion: 1.0\r\nce-id: " + id +
                            "\r\nce-source: " + source +
                            "\r\nce-type: t\r\nce-subject: cart-7\r\nContent-Length: 1\r\n\r\nx");
  };
  EXPECT_TRUE(post("1", "/shop").has(R"("persisted":1)"));
  EXPECT_TRUE(post("1", "/shop").has(R"("duplicate":1)"));
  EXPECT_TRUE(post("1", "/other").has(R"("persisted":1)"));
  EXPECT_EQ(post(std::string(256, 'a'), "/shop").status, 422);
  const auto records = log.records("carts");
  ASSERT_EQ(records.size(), 2U);
  const std::pair<std::string, std::string> id{"event-id", "/shop 1"};
  EXPECT_EQ(records[0].headers[1], id);
}

TEST_F(StoreRulesTest, TimeAndPartitionAreNotTheClients) {
  const auto stamped = append("c", R"({"n":1})", "Headgate-Timestamp: 2020-01-01T00:00:00Z\r\n");
  EXPECT_EQ(stamped.status, 400);
  EXPECT_TRUE(stamped.has("time of their admission")) << stamped.body;
  const auto plain = ask(*client, post(R"({"aggregateId":"c"})", "application/json", "",
                                       "Headgate-Timestamp: 1577836800000\r\n", "carts"));
  EXPECT_EQ(plain.status, 400);
  EXPECT_TRUE(plain.has(R"("code":"invalid_field")")) << plain.body;
  const std::string records = R"({"records":[{"key":"c","value":{"n":1},"partition":1}]})";
  const auto placed = ask(*client,
                          "POST /topics/carts HTTP/1.1\r\nHost: t\r\nContent-Type: "
                          "application/vnd.kafka.json.v2+json\r\nContent-Length: " +
                              std::to_string(records.size()) + "\r\n\r\n" + records);
  EXPECT_EQ(placed.status, 400);
  EXPECT_TRUE(placed.has("by its key")) << placed.body;
  EXPECT_TRUE(log.records("carts").empty());
}

TEST_F(StoreRulesTest, OrdinaryPostsAreAppendsToo) {
  const std::string body = R"([{"aggregateId":"a","eventId":"1"},{"aggregateId":"b","n":2},{"aggregateId":"a","n":3}])";
  const auto a = ask(*client, post(body, "application/json", "", "", "carts"));
  EXPECT_EQ(a.status, 200);
  EXPECT_TRUE(a.has(R"("persisted":3)")) << a.body;
  EXPECT_EQ(field(read("a"), "etag"), "\"2\"");
  EXPECT_EQ(field(read("b"), "etag"), "\"1\"");
  for (const auto& r : log.records("carts")) EXPECT_EQ(r.headers.at(0).first, "aggregate-version");
  const auto again = ask(*client, post(R"({"aggregateId":"a","eventId":"1"})", "application/json", "", "", "carts"));
  EXPECT_EQ(again.status, 200);
  EXPECT_TRUE(again.has(R"("duplicate":1)")) << again.body;
  const auto keyless = ask(*client, post(R"({"n":1})", "application/json", "", "", "carts"));
  EXPECT_EQ(keyless.status, 422);
  EXPECT_TRUE(keyless.has("missing_key")) << keyless.body;
  EXPECT_EQ(ask(*client, post(R"({"n":1})")).status, 200) << "other topics are as before";
  EXPECT_EQ(gate->publisher.records().size(), 1U);
}

}  // namespace
}  // namespace tests
