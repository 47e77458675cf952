// A topic's rules and what they make of requests, over real sockets: record headers, timestamps, tombstones, envelopes,
// routes, webhooks, codings; what the record at Kafka's side then is.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <snappy.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "batching/crc32c.h"
#include "tests/support/deflated.h"
#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"

namespace tests {
namespace {

using headers = std::vector<std::pair<std::string, std::string>>;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string rfc3339(std::int64_t ms) {
  const std::time_t seconds = ms / 1000;
  char text[32];
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

struct RecordRulesTest : ::testing::Test {
  /// With these rules for every topic.
  void start(const gateway::config::topic_settings& every, std::vector<gateway::config::route_settings> routes = {}) {
    gateway::config::settings s;
    s.topics.push_back(every);
    s.routes = std::move(routes);
    g.emplace(std::move(s));
    c.emplace(g->port());
  }
  http_answer ask(std::string_view bytes) {
    EXPECT_TRUE(c->send(bytes));
    auto a = c->answer();
    EXPECT_TRUE(a.has_value()) << bytes.substr(0, 200);
    return a ? *a : http_answer{};
  }
  published last() const {
    const auto all = g->publisher.records();
    EXPECT_FALSE(all.empty());
    return all.empty() ? published{} : all.back();
  }
  std::size_t stored() const { return g->publisher.records().size(); }

  std::optional<gateway_fixture> g;
  std::optional<raw_client> c;
  gateway::config::topic_settings rules;
};

std::string mixed(std::string_view body, std::string_view query = "") {
  std::string text = post(body, "application/json", query);
  const std::string path = "/v1/topics/orders/events";
  return text.replace(text.find(path), path.size(), "/v1/events");
}

TEST_F(RecordRulesTest, ListedFieldsBecomeKafkaHeadersInTheirOrder) {
  rules.headers = {"X-Request-Id", "X-GitHub-*", "X-*-Both"};
  start(rules);
  ask(post("{}", "application/json", "",
           "x-request-id: 7\r\nX-GitHub-Event: push\r\nX-Other: no\r\ntracestate: a=1\r\nx-request-id:\r\n"
           "X-a-both: 1\r\nAuthorization: Bearer x\r\n"));
  EXPECT_EQ(last().headers, (headers{{"tracestate", "a=1"},
                                     {"X-Request-Id", "7"},
                                     {"X-GitHub-Event", "push"},
                                     {"X-Request-Id", ""},
                                     {"X-a-both", "1"}}));
}

TEST_F(RecordRulesTest, APatternTakesNoCredentials) {
  rules.headers = {"*"};
  start(rules);
  ask(post("{}", "", "", "Authorization: Bearer x\r\nCookie: y\r\nX-Api-Key: z\r\nX-Good: 1\r\n"));
  const headers taken = last().headers;
  for (const auto& [name, value] : taken) EXPECT_FALSE(value == "Bearer x" || value == "y" || value == "z") << name;
  EXPECT_EQ(std::ranges::count(taken, std::pair<std::string, std::string>("X-Good", "1")), 1);
}

TEST_F(RecordRulesTest, HeadgateHeaderSetsOneAlsoWithTextThatNoFieldCarries) {
  start(rules);
  ask(post("[{},{}]", "application/json", "",
           "Headgate-Header-source: shop\r\nheadgate-header-Name*: UTF-8''na%C3%AFve%20%E2%82%AC\r\n"));
  const auto all = g->publisher.records();
  ASSERT_EQ(all.size(), 2U);
  for (const auto& r : all) EXPECT_EQ(r.headers, (headers{{"source", "shop"}, {"Name", "na\xc3\xafve \xe2\x82\xac"}}));
  EXPECT_EQ(ask(post("{}", "", "", "Headgate-Header-a*: latin1''%E4\r\n")).status, 400);
  EXPECT_EQ(ask(post("{}", "", "", "Headgate-Header-: x\r\n")).status, 400);
}

TEST_F(RecordRulesTest, AKeyThatNoFieldCarriesComesAsRfc8187WritesIt) {
  start(rules);
  ask(post("x", "text/plain", "", "Headgate-Key*: utf-8'en'%e2%82%ac%0A1\r\n"));
  EXPECT_EQ(last().key, "\xe2\x82\xac\n1");
  EXPECT_EQ(ask(post("x", "text/plain", "", "Headgate-Key*: UTF-8''a\r\nHeadgate-Key: a\r\n")).status, 400);
  EXPECT_EQ(ask(post("x", "text/plain", "", "Headgate-Key*: UTF-8''\r\n")).status, 400);
  EXPECT_EQ(ask(post("x", "text/plain", "", "Headgate-Key*: UTF-8''%ff\r\n")).status, 400);
  EXPECT_EQ(ask(post("x", "text/plain", "", "Headgate-Key*: plain\r\n")).status, 400);
  EXPECT_EQ(stored(), 1U);
}

TEST_F(RecordRulesTest, TheTimestampIsTheClientsWithinTheSkew) {
  rules.timestamp_skew_max = std::chrono::hours(1);
  start(rules);
  const std::int64_t at = now_ms() - 60'000;
  ask(post("{}", "", "", "Headgate-Timestamp: " + std::to_string(at) + "\r\n"));
  EXPECT_EQ(last().timestamp_ms, at);
  ask(post("{}", "", "", "Headgate-Timestamp: " + rfc3339(at) + "\r\n"));
  EXPECT_EQ(last().timestamp_ms, at / 1000 * 1000);
  const auto old = ask(post("{}", "", "", "Headgate-Timestamp: 2020-02-29T12:00:00+01:00\r\n"));
  EXPECT_EQ(old.status, 422);
  EXPECT_TRUE(old.has("invalid_timestamp")) << old.body;
  for (const char* wrong : {"yesterday", "-1", "2023-02-29T12:00:00Z", "2024-01-01T24:00:00Z"})
    EXPECT_EQ(ask(post("{}", "", "", std::string("Headgate-Timestamp: ") + wrong + "\r\n")).status, 400) << wrong;
  EXPECT_EQ(stored(), 2U);
  const std::int64_t before = now_ms();
  ask(post("{}"));
  EXPECT_GE(last().timestamp_ms, before - 1000);
  EXPECT_LE(last().timestamp_ms, now_ms());
}

TEST_F(RecordRulesTest, WithoutASkewAnyTimeInThePastIsTaken) {
  start(rules);
  ask(post("{}", "", "", "Headgate-Timestamp: 2001-01-02T03:04:05.678Z\r\n"));
  EXPECT_EQ(last().timestamp_ms, 978'404'645'678);
  EXPECT_EQ(ask(post("{}", "", "", "Headgate-Timestamp: " + std::to_string(now_ms() + 7'200'000) + "\r\n")).status,
            422);
}

TEST_F(RecordRulesTest, APointerFindsEachEventsTimestamp) {
  rules.timestamp_pointer = "/meta/at";
  start(rules);
  const auto a = ask(post(R"([{"meta":{"at":1000}},{"meta":{"at":"1970-01-01T00:00:02Z"}},{"meta":{"at":null}},)"
                          R"({"meta":{"at":"soon"}},{"meta":{"at":-5}},{"meta":{"at":1,"at":2}}])"));
  EXPECT_EQ(a.status, 207);
  EXPECT_TRUE(a.has(R"("rejected":3)")) << a.body;
  const auto all = g->publisher.records();
  ASSERT_EQ(all.size(), 3U);
  std::vector<std::int64_t> times;
  for (const auto& r : all) times.push_back(r.timestamp_ms);
  std::ranges::sort(times);
  EXPECT_EQ(times[0], 1000);
  EXPECT_EQ(times[1], 2000);
  EXPECT_GT(times[2], 1'000'000'000'000);
}

TEST_F(RecordRulesTest, DeleteWritesATombstone) {
  start(rules);
  const auto a =
      ask("DELETE /v1/topics/orders/records/order%2F1%20x HTTP/1.1\r\nHost: t\r\nHeadgate-Header-why: gdpr\r\n\r\n");
  EXPECT_EQ(a.status, 200) << a.body;
  EXPECT_TRUE(a.has(R"("persisted":1)"));
  EXPECT_TRUE(last().is_tombstone);
  EXPECT_EQ(last().key, "order/1 x");
  EXPECT_EQ(last().headers, (headers{{"why", "gdpr"}}));
  ask(post("x", "text/plain", "", "Headgate-Key: k\r\n"));
  EXPECT_FALSE(last().is_tombstone);
  EXPECT_EQ(ask("DELETE /v1/topics/none/records/a HTTP/1.1\r\nHost: t\r\n\r\n").status, 404);
  EXPECT_EQ(ask("DELETE /v1/topics/orders/records/a?key=/a HTTP/1.1\r\nHost: t\r\n\r\n").status, 400);
  EXPECT_EQ(ask("DELETE /v1/topics/orders/records/ HTTP/1.1\r\nHost: t\r\n\r\n").status, 404);
  for (const char* key : {"Headgate-Key: b", "Headgate-Key*: UTF-8''b"})
    EXPECT_EQ(ask("DELETE /v1/topics/orders/records/a HTTP/1.1\r\nHost: t\r\n" + std::string(key) + "\r\n\r\n").status,
              400);
  EXPECT_EQ(stored(), 2U);
}

TEST_F(RecordRulesTest, AnEnvelopeIsAskedForPartByPart) {
  rules.envelope = gateway::config::envelope_kind::event;
  rules.event_headers = true;
  start(rules);
  const std::string now = rfc3339(now_ms());
  const auto event = [&](std::string_view id, std::string_view type, std::string_view time, std::string_view payload) {
    return "{\"aggregateId\":\"a\"" + std::string(id) + std::string(type) + std::string(time) + std::string(payload) +
           "}";
  };
  const std::string id = R"(,"eventId":"e-\u00e41")", type = R"(,"eventType":"OrderPlaced")";
  const std::string time = ",\"timestamp\":\"" + now + "\"", payload = R"(,"payload":{"n":1})";
  EXPECT_EQ(ask(post(event(id, type, time, payload))).status, 200);
  EXPECT_EQ(last().headers, (headers{{"event-type", "OrderPlaced"},
                                     {"event-id",
                                      "e-\xc3\xa4"
                                      "1"}}));
  EXPECT_EQ(last().key, "a");
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {event("", type, time, payload), "missing_event_id"},
      {event(R"(,"eventId":7)", type, time, payload), "invalid_event_id"},
      {event(R"(,"eventId":"")", type, time, payload), "invalid_event_id"},
      {event(R"(,"eventId":null)", type, time, payload), "missing_event_id"},
      {event(id, "", time, payload), "missing_event_type"},
      {event(id, R"(,"eventType":["x"])", time, payload), "invalid_event_type"},
      {event(id, type, "", payload), "missing_timestamp"},
      {event(id, type, R"(,"timestamp":1700000000000)", payload), "invalid_timestamp"},
      {event(id, type, R"(,"timestamp":"2024-13-01T00:00:00Z")", payload), "invalid_timestamp"},
      {event(id, type, R"(,"timestamp":"2001-01-01T00:00:00Z")", payload), "invalid_timestamp"},
      {event(id, type, time, ""), "missing_payload"},
      {event(id, type, time, R"(,"payload":null)"), "missing_payload"},
      {event(id, type, time, R"(,"payload":"text")"), "invalid_payload"},
      {"{\"a\":1", "invalid_json"},
  };
  for (const auto& [body, code] : wrong) {
    const auto a = ask(post(body));
    EXPECT_EQ(a.status, 422) << body;
    EXPECT_TRUE(a.has("\"code\":\"" + code + "\"")) << body << a.body;
  }
  EXPECT_EQ(ask(post("opaque", "text/plain")).status, 422);
  EXPECT_EQ(stored(), 1U);
}

TEST_F(RecordRulesTest, TypesLeadMixedEventsToTheirTopics) {
  start(rules, {{{"Order*", "Item*"}, "orders"}, {{"User*"}, "users-{type}"}, {{"Lost"}, "nowhere"}});
  g->world.add_topic("users-UserNamed", 3);
  const auto a =
      ask(mixed(R"([{"eventType":"OrderPlaced","aggregateId":"o1"},{"eventType":"UserNamed","aggregateId":"u1"},)"
                R"({"eventType":"Other"},{"eventType":"ItemAdded","aggregateId":"o1"},{"aggregateId":"x"},)"
                R"({"eventType":"Lost"},{"eventType":"User/"},{"eventType":1}])",
                "?results=each"));
  EXPECT_EQ(a.status, 207) << a.body;
  const auto all = g->publisher.records();
  ASSERT_EQ(all.size(), 3U);
  int users = 0;
  for (const auto& r : all) users += r.topic == "users-UserNamed" ? 1 : 0;
  EXPECT_EQ(users, 1);
  EXPECT_TRUE(a.has(R"({"index":0,"outcome":"persisted","topic":"orders","partition":)")) << a.body;
  EXPECT_TRUE(a.has(R"({"index":1,"outcome":"persisted","topic":"users-UserNamed","partition":)")) << a.body;
  EXPECT_TRUE(a.has(R"("index":2,"outcome":"rejected","code":"no_route")")) << a.body;
  EXPECT_TRUE(a.has(R"("index":4,"outcome":"rejected","code":"missing_event_type")")) << a.body;
  EXPECT_TRUE(a.has(R"("index":5,"outcome":"rejected","code":"unknown_topic")")) << a.body;
  EXPECT_TRUE(a.has(R"("index":6,"outcome":"rejected","code":"no_route")")) << a.body;
  EXPECT_TRUE(a.has(R"("index":7,"outcome":"rejected","code":"invalid_event_type")")) << a.body;
  EXPECT_TRUE(a.has(R"("partitions":[{"topic":")")) << a.body;
}

TEST_F(RecordRulesTest, MixedEventsAreRefusedTogetherWhereThatIsAsked) {
  start(rules, {{{"Order*"}, "orders"}});
  const auto a = ask(mixed(R"([{"eventType":"OrderPlaced"},{"eventType":"Other"}])", "?on_invalid=refuse"));
  EXPECT_EQ(a.status, 422) << a.body;
  EXPECT_TRUE(a.has("request_refused") && a.has("no_route")) << a.body;
  EXPECT_EQ(stored(), 0U);
  EXPECT_EQ(ask(mixed("{}", "?key=/a")).status, 400);
}

TEST_F(RecordRulesTest, AMixedEventTakesAKeyBesideItWhereItIsTheOnlyOne) {
  start(rules, {{{"Order*"}, "orders"}});
  const auto with = [this](std::string_view body, const std::string& field) {
    const std::string text = mixed(body);
    const std::size_t at = text.find("Content-Type");
    return ask(text.substr(0, at) + field + "\r\n" + text.substr(at)).status;
  };
  EXPECT_EQ(with(R"({"eventType":"OrderPlaced","aggregateId":"inside"})", "Headgate-Key: beside"), 200);
  EXPECT_EQ(last().key, "beside");
  EXPECT_EQ(with(R"({"eventType":"OrderPlaced"})", "Headgate-Key*: UTF-8''n%C3%A4h"), 200);
  EXPECT_EQ(last().key, "n\xC3\xA4h");
  EXPECT_EQ(with(R"([{"eventType":"OrderPlaced"},{"eventType":"OrderPaid"}])", "Headgate-Key: k"), 400);
  EXPECT_EQ(stored(), 2U);
}

TEST_F(RecordRulesTest, ARouteDoesNotLeadAroundASignature) {
  rules.webhook = gateway::config::webhook_kind::github;
  rules.webhook_secret = "secret";
  start(rules, {{{"Hook"}, "orders"}});
  const auto a = ask(mixed(R"({"eventType":"Hook"})"));
  EXPECT_EQ(a.status, 422) << a.body;
  EXPECT_TRUE(a.has("no_route") && a.has("signed")) << a.body;
  EXPECT_EQ(stored(), 0U);
}

std::string hmac_hex(std::string_view secret, std::string_view text) {
  unsigned char digest[32];
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  std::string hex;
  for (const unsigned char byte : digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

TEST_F(RecordRulesTest, AForgedGitHubWebhookIs401AndNotStored) {
  rules.webhook = gateway::config::webhook_kind::github;
  rules.webhook_secret = "It's a Secret to Everybody";
  start(rules);
  const std::string body = R"({"action":"opened"})";
  const std::string good = "X-Hub-Signature-256: sha256=" + hmac_hex(rules.webhook_secret, body) + "\r\n";
  EXPECT_EQ(ask(post(body, "application/json", "", good + "X-GitHub-Event: issues\r\nX-GitHub-Delivery: 1\r\n")).status,
            200);
  EXPECT_EQ(last().headers, (headers{{"X-GitHub-Event", "issues"}, {"X-GitHub-Delivery", "1"}}));
  for (const std::string& forged : {std::string(), std::string("X-Hub-Signature-256: sha256=00\r\n"),
                                    "X-Hub-Signature-256: sha256=" + hmac_hex("another", body) + "\r\n",
                                    "X-Hub-Signature-256: " + hmac_hex(rules.webhook_secret, body) + "\r\n"}) {
    const auto a = ask(post(body, "application/json", "", forged));
    EXPECT_EQ(a.status, 401) << forged;
    EXPECT_TRUE(a.has("bad_signature") && !a.has(rules.webhook_secret)) << a.body;
  }
  EXPECT_EQ(ask(post(body + " ", "application/json", "", good)).status, 401);
  EXPECT_EQ(stored(), 1U);
}

TEST_F(RecordRulesTest, AStripeWebhookIsSignedWithItsTime) {
  rules.webhook = gateway::config::webhook_kind::stripe;
  rules.webhook_secret = "whsec_test";
  start(rules);
  const std::string body = R"({"id":"evt_1","type":"charge.succeeded"})";
  const auto field = [&](std::int64_t seconds, std::string_view secret) {
    const std::string time = std::to_string(seconds);
    return "Stripe-Signature: t=" + time + ",v1=" + hmac_hex("old", body) +
           ",v1=" + hmac_hex(secret, time + "." + body) + ",v0=1\r\n";
  };
  const std::int64_t now = now_ms() / 1000;
  EXPECT_EQ(ask(post(body, "application/json", "", field(now - 10, rules.webhook_secret))).status, 200);
  EXPECT_EQ(last().headers, (headers{{"event-type", "charge.succeeded"}, {"event-id", "evt_1"}}));
  EXPECT_EQ(ask(post(body, "application/json", "", field(now - 400, rules.webhook_secret))).status, 401);
  EXPECT_EQ(ask(post(body, "application/json", "", field(now + 400, rules.webhook_secret))).status, 401);
  EXPECT_EQ(ask(post(body, "application/json", "", field(now, "whsec_other"))).status, 401);
  EXPECT_EQ(stored(), 1U);
}

std::string little_3(std::size_t n) {
  return {static_cast<char>(n & 255), static_cast<char>(n >> 8 & 255), static_cast<char>(n >> 16 & 255)};
}

std::string snappy_framed(const std::string& text) {
  std::string packed;
  snappy::Compress(text.data(), text.size(), &packed);
  const std::uint32_t crc = batching::crc32c(text);
  const std::uint32_t masked = (crc >> 15 | crc << 17) + 0xa282ead8U;
  std::string out("\xff\x06\x00\x00sNaPpY", 10);
  out += '\0';
  out += little_3(packed.size() + 4);
  for (int i = 0; i < 4; ++i) out += static_cast<char>(masked >> (8 * i) & 255);
  return out + packed;
}

std::string snappy_of_kafka(const std::string& text) {
  std::string packed;
  snappy::Compress(text.data(), text.size(), &packed);
  std::string out("\x82SNAPPY\0\0\0\0\1\0\0\0\1", 16);
  for (int i = 3; i >= 0; --i) out += static_cast<char>(packed.size() >> (8 * i) & 255);
  return out + packed;
}

TEST_F(RecordRulesTest, EachCodingIsUndoneAndADamagedOneIs400) {
  start(rules);
  std::string lines;
  for (int i = 0; i < 2000; ++i) lines += R"({"n":)" + std::to_string(i) + "}\n";
  std::string raw;
  snappy::Compress(lines.data(), lines.size(), &raw);
  const std::vector<std::pair<std::string, std::string>> bodies = {
      {"deflate", deflated(lines, 15)},
      {"deflate", deflated(lines, -15)},
      {"Snappy", snappy_framed(lines)},
      {"snappy", snappy_of_kafka(lines)},
      {"snappy", raw},
  };
  for (const auto& [coding, body] : bodies) {
    const std::string field = "Content-Encoding: " + coding + "\r\n";
    const auto a = ask(post(body, "application/x-ndjson", "", field));
    EXPECT_EQ(a.status, 200) << coding << a.body;
    EXPECT_TRUE(a.has(R"("persisted":2000)")) << coding << a.body;
    EXPECT_EQ(ask(post(body.substr(0, body.size() - 3), "application/x-ndjson", "", field)).status, 400) << coding;
    EXPECT_EQ(ask(post("nonsense", "application/x-ndjson", "", field)).status, 400) << coding;
  }
  EXPECT_EQ(ask(post("{}", "application/json", "", "Content-Encoding: br\r\n")).status, 415);
}

TEST_F(RecordRulesTest, ACompressedBombIs413) {
  start(rules);
  const std::string zeros(20 << 20, '0');
  std::string packed;
  snappy::Compress(zeros.data(), zeros.size(), &packed);
  EXPECT_EQ(ask(post(packed, "application/x-ndjson", "", "Content-Encoding: snappy\r\n")).status, 413);
  EXPECT_EQ(ask(post(deflated(zeros, 15), "application/x-ndjson", "", "Content-Encoding: deflate\r\n")).status, 413);
}

TEST_F(RecordRulesTest, NoPostIsRefusedForItsAccept) {
  start(rules);
  const auto a = ask(post("{}", "application/json", "", "Accept: application/vnd.kafka.v2+json, text/html;q=0\r\n"));
  EXPECT_EQ(a.status, 200);
  EXPECT_EQ(a.fields.at("content-type"), "application/json");
}

}  // namespace
}  // namespace tests
