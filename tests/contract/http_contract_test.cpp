// interface.md's HTTP section over real sockets: each status, body and rule as a client sees it.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"

namespace tests {
namespace {

using namespace std::chrono_literals;
using batching::outcome;
using batching::reason;

gateway::config::settings quick() {
  gateway::config::settings s;
  s.limits.head_time_max = 400ms;
  s.limits.body_time_max = 400ms;
  s.limits.idle_time_max = 800ms;
  s.limits.drain_time_max = 1s;
  return s;
}

http_answer ask(raw_client& c, std::string_view bytes) {
  EXPECT_TRUE(c.send(bytes));
  auto a = c.answer();
  EXPECT_TRUE(a.has_value()) << bytes.substr(0, 200);
  return a ? *a : http_answer{};
}

TEST(HttpContractTest, AnswersWithPartitionAndOffset) {
  gateway_fixture g;
  raw_client c(g.port());
  const auto a = ask(c, post(R"( {"aggregateId":"order-1","n":1})"
                             "\r\n"));
  EXPECT_EQ(a.status, 200);
  EXPECT_EQ(a.fields.at("content-type"), "application/json");
  EXPECT_TRUE(a.has(R"({"ack":"broker","events":1,"persisted":1,"duplicate":0,"rejected":0,"not_persisted":0,)"))
      << a.body;
  const auto records = g.publisher.records();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].value, R"({"aggregateId":"order-1","n":1})");
  EXPECT_EQ(records[0].key, "order-1");
  EXPECT_TRUE(a.has(R"("partitions":[{"partition":)" + std::to_string(records[0].partition) +
                    R"(,"events":1,"first_offset":0,"last_offset":0}])"));
}

TEST(HttpContractTest, TakesEventsByContentType) {
  gateway_fixture g;
  raw_client c(g.port());
  EXPECT_TRUE(ask(c, post(R"([{"a":1},{"a":2}])", "application/json; charset=utf-8")).has(R"("events":2)"));
  EXPECT_TRUE(ask(c, post("{\"a\":3}\r\n\r\n{\"a\":4}", "application/x-ndjson")).has(R"("events":2)"));
  EXPECT_TRUE(ask(c, post("{\"a\":5}\n", "application/jsonl")).has(R"("events":1)"));
  EXPECT_TRUE(ask(c, post(" not json\n", "text/plain")).has(R"("events":1)"));
  EXPECT_TRUE(ask(c, post(std::string_view("\0\xff", 2), "")).has(R"("events":1)"));
  const auto records = g.publisher.records();
  ASSERT_EQ(records.size(), 7U);
  EXPECT_EQ(records[5].value, " not json\n");
  EXPECT_FALSE(records[5].key.has_value());
}

TEST(HttpContractTest, TakesTheKeyFromHeaderThenQueryThenConfiguration) {
  gateway_fixture g;
  raw_client c(g.port());
  const std::string event = R"({"aggregateId":"configured","o":{"id":7.50}})";
  ask(c, post(event, "application/json", "?key=/o/id", "Headgate-Key: from header\r\n"));
  ask(c, post(event, "application/json", "?key=/o/id"));
  ask(c, post(event, "application/json", "?key=/not/there"));
  ask(c, post(event));
  ask(c, post("opaque", "text/plain", "", "Headgate-Key: k\r\n"));
  const auto r = g.publisher.records();
  ASSERT_EQ(r.size(), 5U);
  EXPECT_EQ(r[0].key, "from header");
  EXPECT_EQ(r[1].key, "7.50");
  EXPECT_EQ(r[2].key, "configured");
  EXPECT_EQ(r[3].key, "configured");
  EXPECT_EQ(r[4].key, "k");
  const auto many = ask(c, post(R"([{"a":1},{"a":2}])", "application/json", "", "Headgate-Key: k\r\n"));
  EXPECT_EQ(many.status, 400);
  EXPECT_TRUE(many.has("key_needs_single_event"));
}

TEST(HttpContractTest, CopiesTraceparentToAKafkaHeader) {
  gateway_fixture g;
  raw_client c(g.port());
  const std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  ask(c, post("[{},{}]", "application/json", "", "traceparent: " + parent + "\r\n"));
  ask(c, post("{}", "application/json", "", "traceparent: nonsense\r\n"));
  const auto r = g.publisher.records();
  ASSERT_EQ(r.size(), 3U);
  EXPECT_EQ(r[1].headers, (std::vector<std::pair<std::string, std::string>>{{"traceparent", parent}}));
  EXPECT_TRUE(r[2].headers.empty());
}

TEST(HttpContractTest, TellsEachOutcomeApart) {
  gateway_fixture g;
  raw_client c(g.port());
  const std::string lines = "{\"a\":1}\n{bad\n{\"a\":3}\n";
  const auto mixed = ask(c, post(lines, "application/x-ndjson", "?results=each"));
  EXPECT_EQ(mixed.status, 207);
  EXPECT_TRUE(mixed.has(R"("persisted":2)") &&
              mixed.has(R"("failures":[{"index":1,"outcome":"rejected","code":"invalid_json")"))
      << mixed.body;
  EXPECT_TRUE(mixed.has(R"({"index":2,"outcome":"persisted","partition":)")) << mixed.body;
  const auto rejected = ask(c, post("{bad", "application/json"));
  EXPECT_EQ(rejected.status, 422);
  EXPECT_EQ(rejected.fields.at("content-type"), "application/problem+json");
  EXPECT_TRUE(rejected.has(R"("rejected":1)"));
  const auto refused = ask(c, post(lines, "application/x-ndjson", "?on_invalid=refuse"));
  EXPECT_EQ(refused.status, 422);
  EXPECT_TRUE(refused.has(R"("rejected":1)") && refused.has(R"("not_persisted":2)") && refused.has("request_refused"));
  EXPECT_FALSE(refused.fields.contains("retry-after"));
  EXPECT_EQ(g.publisher.records().size(), 2U);
}

TEST(HttpContractTest, AnswersAMixedOutcomeWithTheStatusThatIsAskedFor) {
  gateway::config::settings s;
  gateway::config::topic_settings strict;
  strict.pattern = "strict";
  strict.partial = gateway::config::partial_status::unavailable;
  s.topics = {strict, {}};
  gateway_fixture g(s);
  g.world.add_topic("strict", 3);
  raw_client c(g.port());
  const auto status = [&](std::string_view query, std::string_view field, std::string_view topic = "orders") {
    const auto a = ask(c, post("[{},3]", "application/json", query, field, topic));
    EXPECT_TRUE(a.has(R"("persisted":1,"duplicate":0,"rejected":1)")) << a.body;
    EXPECT_FALSE(a.fields.contains("retry-after")) << "what is rejected stays rejected";
    return a.status;
  };
  EXPECT_EQ(status("", ""), 207);
  EXPECT_EQ(status("?partial=503", ""), 503);
  EXPECT_EQ(status("", "Headgate-Partial: 503\r\n"), 503);
  EXPECT_EQ(status("?partial=207", "Headgate-Partial: 503\r\n"), 207);
  EXPECT_EQ(status("", "", "strict"), 503);
  EXPECT_EQ(status("", "headgate-partial: 207\r\n", "strict"), 207);
  EXPECT_EQ(ask(c, post("{}", "application/json", "?partial=500")).status, 400);
  EXPECT_EQ(ask(c, post("{}", "application/json", "", "Headgate-Partial: yes\r\n")).status, 400);
  EXPECT_EQ(ask(c, post("{}", "application/json", "", "Headgate-Partial: 503\r\nHeadgate-Partial: 503\r\n")).status,
            400);
}

TEST(HttpContractTest, SilenceOfKafkaIsNeverToldAsNoSuchTopic) {
  gateway_fixture g;
  g.world.go_away();
  raw_client c(g.port());
  for (const std::string& request : {post("{}", "application/json", "", "", "nowhere"), get("/v1/topics/nowhere"),
                                     get("/v1/topics/nowhere/partition-of?key=a")}) {
    const auto a = ask(c, request);
    EXPECT_EQ(a.status, 503) << request;
    EXPECT_TRUE(a.has("not_ready") && a.fields.contains("retry-after")) << a.body;
    EXPECT_FALSE(a.fields.contains("connection")) << "the connection stays usable";
  }
  EXPECT_EQ(ask(c, post("{}")).status, 200);
}

TEST(HttpContractTest, SaysWhatKafkaSaid) {
  gateway_fixture g;
  raw_client c(g.port());
  g.publisher.settle_as(outcome::not_persisted, reason::topic_gone);
  const auto gone = ask(c, post("{}"));
  EXPECT_EQ(gone.status, 503);
  EXPECT_EQ(gone.fields.at("retry-after"), "7");
  EXPECT_TRUE(gone.has(R"("not_persisted":1)") && gone.has(R"("code":"topic_gone")"));
  g.publisher.settle_as(outcome::possibly_persisted, reason::producer_failed);
  EXPECT_EQ(ask(c, post("{}")).status, 504);
  g.publisher.settle_as(outcome::rejected, reason::message_too_large);
  EXPECT_EQ(ask(c, post("{}")).status, 422);
}

TEST(HttpContractTest, AnswersAckNoneAtOnce) {
  gateway_fixture g;
  g.publisher.hold();
  raw_client c(g.port());
  const auto a = ask(c, post("[{},{}]", "application/json", "?ack=none"));
  EXPECT_EQ(a.status, 202);
  EXPECT_TRUE(a.has(R"("ack":"none","events":2)")) << a.body;
  EXPECT_EQ(ask(c, post("{}", "application/json", "?ack=journal")).status, 400);
}

TEST(HttpContractTest, SaysPossiblyPersistedAtTheTimeoutAndLetsTheRecordGoOn) {
  gateway_fixture g;
  g.publisher.hold();
  raw_client c(g.port());
  const auto start = std::chrono::steady_clock::now();
  const auto a = ask(c, post("[{},{}]", "application/json", "?timeout_ms=300"));
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(a.status, 504);
  EXPECT_TRUE(a.has(R"("possibly_persisted":2)") && a.has(R"("code":"answer_timeout")")) << a.body;
  EXPECT_GE(took, 300ms);
  EXPECT_LT(took, 1500ms);
  g.publisher.release();
  EXPECT_EQ(ask(c, post("{}")).status, 200);
  EXPECT_EQ(g.publisher.records().size(), 3U);
}

TEST(HttpContractTest, ARestProxysRecordsAreToldTheirPath) {
  gateway_fixture g;
  raw_client c(g.port());
  const auto a = ask(c, post(R"({"records":[]})", "application/vnd.kafka.json.v2+json"));
  EXPECT_EQ(a.status, 415);
  EXPECT_TRUE(a.has("POST /topics/orders ")) << a.body;
}

struct refused_request {
  std::string bytes;
  int status;
  std::string code;
};

TEST(HttpContractTest, RefusesWithAProblemThatNamesTheFault) {
  gateway_fixture g;
  const std::string body = "{}";
  const std::vector<refused_request> table = {
      {post("", "application/json"), 400, "no_events"},
      {post("[]"), 400, "no_events"},
      {post("\n\n", "application/x-ndjson"), 400, "no_events"},
      {post("[{},"), 400, "invalid_json"},
      {post("42"), 422, "events_rejected"},
      {post(body, "application/json", "?acks=all"), 400, "invalid_query"},
      {post(body, "application/json", "?ack=all"), 400, "invalid_query"},
      {post(body, "application/json", "?ack=none&ack=none"), 400, "invalid_query"},
      {post(body, "application/json", "?results=all"), 400, "invalid_query"},
      {post(body, "application/json", "?timeout_ms=0"), 400, "invalid_query"},
      {post(body, "application/json", "?timeout_ms=1e3"), 400, "invalid_query"},
      {post(body, "application/json", "?timeout_ms=999999999999999999999"), 400, "invalid_query"},
      {post(body, "application/json", "?on_invalid=ignore"), 400, "invalid_query"},
      {post(body, "application/json", "?key=aggregateId"), 400, "invalid_query"},
      {post(body, "application/json", "?key=%zz"), 400, "invalid_target"},
      {post(body, "application/json", "", "Headgate-Key:\r\n"), 400, "invalid_field"},
      {post(body, "application/json", "", "Content-Encoding: gzip\r\n"), 400, "invalid_encoding"},
      {post(body, "application/json", "", "Content-Encoding: br\r\n"), 415, "unsupported_encoding"},
      {post(body, "application/json", "", "Content-Encoding: gzip, gzip\r\n"), 415, "unsupported_encoding"},
      {post(body, "application/json; charset=latin1"), 415, "unsupported_charset"},
      {post(body, "application/json; charset=utf-8; charset=utf-16"), 415, "unsupported_charset"},
      {"DELETE /v1/topics/orders/records/k HTTP/1.1\r\nHost: t\r\nHeadgate-Partial: 999\r\n\r\n", 400, "invalid_field"},
      {post("a,b", "text/csv", "?key=/a"), 400, "invalid_query"},
      {post(body, "application/cloudevents+avro"), 415, "unsupported_media_type"},
      {post("x", "", "", "CE-SpecVersion: 1.0\r\n"), 422, "events_rejected"},
      {post(R"({"records":[]})", "application/vnd.kafka.json.v2+json"), 415, "unsupported_media_type"},
      {post("{\"a\":1}\n{\"a\":2}\n"), 422, "events_rejected"},
      {post(body, "application/json", "", "", "nowhere"), 404, "unknown_topic"},
      {post(body, "application/json", "", "", "a%20b"), 404, "unknown_topic"},
      {get("/v1/nothing"), 404, "unknown_path"},
      {get("/v1/topics/orders/events"), 405, "method_not_allowed"},
      {"DELETE /v1/topics/orders HTTP/1.1\r\nHost: t\r\n\r\n", 405, "method_not_allowed"},
      {"BREW /v1/topics/orders HTTP/1.1\r\nHost: t\r\n\r\n", 501, "method_not_implemented"},
      {"POST /v1/topics/orders/events HTTP/1.1\r\nHost: t\r\n\r\n", 411, "length_required"},
  };
  raw_client kept(g.port());
  for (const refused_request& r : table) {
    const auto a = ask(kept, r.bytes);  // all on one connection: each leaves it usable
    EXPECT_EQ(a.status, r.status) << r.bytes;
    ASSERT_TRUE(a.fields.contains("content-type")) << r.bytes;
    EXPECT_EQ(a.fields.at("content-type"), "application/problem+json");
    EXPECT_TRUE(a.has("\"code\":\"" + r.code + "\"") && a.has("\"status\":" + std::to_string(r.status))) << a.body;
    EXPECT_TRUE(a.has("\"type\":") && a.has("\"title\":") && a.has("\"detail\":")) << a.body;
    EXPECT_EQ(a.fields.contains("allow"), r.status == 405);
  }
  EXPECT_EQ(ask(kept, post(body)).status, 200);
  EXPECT_EQ(g.publisher.records().size(), 1U);
}

TEST(HttpContractTest, NdjsonUnderTheNameOfJsonIsToldSo) {
  gateway_fixture g;
  raw_client c(g.port());
  for (const char* body : {"{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}{\"a\":2}", "{\"a\":1}\r\n{bad", "[{}]\n[{}]", "1\n2"})
    for (const char* type : {"application/json", "application/vnd.acme+json"}) {
      const auto a = ask(c, post(body, type));
      EXPECT_TRUE(a.status == 422 || (a.status == 400 && *body == '[')) << type << ": " << body;
      EXPECT_TRUE(a.has("this looks like NDJSON: send application/x-ndjson")) << a.body;
    }
  EXPECT_FALSE(ask(c, post("{\n\"a\": 1\n")).has("NDJSON")) << "a document that is cut off is one document";
  EXPECT_TRUE(g.publisher.records().empty());
}

TEST(HttpContractTest, ADocumentOfAnotherJsonTypeIsOneEvent) {
  gateway_fixture g;
  raw_client c(g.port());
  for (const char* body : {R"({"aggregateId":"a","n":[1,2]})", R"([{"n":1},{"n":2}])", "\"text\"", " 17 "})
    EXPECT_TRUE(ask(c, post(body, "application/ld+json")).has(R"("events":1,"persisted":1)")) << body;
  const auto records = g.publisher.records();
  ASSERT_EQ(records.size(), 4U);
  EXPECT_EQ(records[0].key, "a");
  EXPECT_EQ(records[1].value, R"([{"n":1},{"n":2}])");
  EXPECT_EQ(records[3].value, "17");
  EXPECT_EQ(ask(c, post("{bad", "text/json")).status, 422);
}

TEST(HttpContractTest, ATopicMayRefuseOpaqueBodiesAndIgnoreParameters) {
  gateway::config::settings s;
  gateway::config::topic_settings only_json;
  only_json.pattern = "orders";
  only_json.opaque = gateway::config::opaque_bodies::refuse;
  only_json.query_ignored = {"token"};
  s.topics = {only_json, {}};
  gateway_fixture g(s);
  raw_client c(g.port());
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded"}) {
    const auto a = ask(c, post("x", type));
    EXPECT_EQ(a.status, 415) << type;
    EXPECT_TRUE(a.has("unsupported_media_type")) << a.body;
  }
  EXPECT_EQ(ask(c, post("{}", "application/json", "?token=a&token=b")).status, 200);
  EXPECT_EQ(ask(c, post("{}", "application/json", "?tokens=a")).status, 400);
}

TEST(HttpContractTest, RealClientsDoorsAreOpen) {
  gateway_fixture g;
  raw_client c(g.port());
  for (const char* accept :
       {"text/html", "application/vnd.kafka.v2+json", "image/*, text/html;q=0.5", "application/json;q=0"})
    EXPECT_EQ(ask(c, post("{}", "application/json", "", "Accept: " + std::string(accept) + "\r\n")).status, 200)
        << accept;
  EXPECT_EQ(ask(c, post("{}", "application/json", "?_=1732&t=5&_=7")).status, 200);
  EXPECT_EQ(ask(c, get("/v1/topics?_=1")).status, 200);
  EXPECT_EQ(ask(c, get("//v1/topics/")).status, 200);
  EXPECT_EQ(ask(c, get("/v1/topics//orders/")).status, 200);
  EXPECT_EQ(ask(c, get("/")).status, 200);
  for (const char* line : {"OPTIONS * HTTP/1.1", "OPTIONS / HTTP/1.1", "OPTIONS /v1/topics/orders/events HTTP/1.1"}) {
    auto a = ask(c, std::string(line) + "\r\nHost: h\r\n\r\n");
    EXPECT_EQ(a.status, 204) << line;
    EXPECT_TRUE(a.fields.contains("allow"));
    EXPECT_TRUE(a.fields["content-length"].empty() && !a.fields.contains("content-type"));
  }
  c.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(c.answer(std::chrono::seconds(5), true)->status, 200);
  raw_client old(g.port());
  EXPECT_EQ(ask(old, "OPTIONS / HTTP/1.0\r\n\r\n").status, 204);  // HAProxy's default check
}

TEST(HttpContractTest, EndsTheConnectionAfterBrokenFraming) {
  gateway_fixture g;
  const std::vector<refused_request> table = {
      {"GET / HTTP/1.1\r\n\r\n", 400, "malformed_request"},
      {"GET /\r\n", 400, "malformed_request"},
      {"GET / HTTP/1.1\nHost: t\n\n", 400, "malformed_request"},
      {"GET / HTTP/2.0\r\nHost: t\r\n\r\n", 505, "version_not_supported"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version_not_supported"},
      {post("{}", "application/json", "", "Transfer-Encoding: chunked\r\n"), 400, "malformed_request"},
      {"GET ! HTTP/1.1\r\nHost: t\r\n\r\n", 400, "malformed_request"},
      {"GET t:80 HTTP/1.1\r\nHost: t\r\n\r\n", 400, "malformed_request"},
      {"POST ?a HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n", 400, "malformed_request"},
      {"GET * HTTP/1.1\r\nHost: t\r\n\r\n", 400, "malformed_request"},
      {post("{}", "application/json", "", "Expect: miracles\r\n"), 417, "expectation_failed"},
      {get("/healthz", "X: " + std::string(20'000, 'x') + "\r\n"), 431, "head_too_large"},
  };
  for (const refused_request& r : table) {
    raw_client c(g.port());
    const auto a = ask(c, r.bytes + get("/healthz"));
    EXPECT_EQ(a.status, r.status) << r.bytes;
    EXPECT_TRUE(a.has(r.code)) << a.body;
    EXPECT_EQ(a.fields.at("connection"), "close");
    EXPECT_TRUE(c.is_ended()) << "what stands behind broken framing must not be answered: " << r.bytes;
  }
  EXPECT_TRUE(g.publisher.records().empty());
}

TEST(HttpContractTest, TellsAboutItself) {
  gateway_fixture g;
  raw_client c(g.port());
  EXPECT_EQ(ask(c, get("/healthz")).status, 200);
  EXPECT_EQ(ask(c, get("/readyz")).status, 200);
  EXPECT_EQ(ask(c, get("/v1/topics")).body, R"({"topics":[{"topic":"orders","partitions":12}]})");
  const auto topic = ask(c, get("/v1/topics/orders"));
  EXPECT_TRUE(topic.has(R"("topic":"orders","partitions":12)") &&
              topic.has(R"("key_pointers":["/aggregateId","/aggregate_id"])"))
      << topic.body;
  const auto where = ask(c, get("/v1/topics/orders/partition-of?key=order-1"));
  ask(c, post(R"({"aggregateId":"order-1"})"));
  EXPECT_EQ(where.body, R"({"topic":"orders","key":"order-1","partition":)" +
                            std::to_string(g.publisher.records().at(0).partition) + R"(,"partitions":12})");
  EXPECT_EQ(ask(c, get("/v1/topics/orders/partition-of")).status, 400);
  EXPECT_EQ(ask(c, get("/v1/topics/nowhere")).status, 404);
  c.send("HEAD /healthz HTTP/1.1\r\nHost: t\r\n\r\n" + get("/readyz"));
  EXPECT_EQ(c.answer(5s, true)->status, 200);
  EXPECT_TRUE(c.answer()->has("ready"));
}

TEST(HttpContractTest, TheAdminListenerHasPagesAndNoEvents) {
  gateway_fixture g;
  raw_client c(g.admin_port());
  EXPECT_EQ(ask(c, get("/metrics", "Accept: text/x\r\n")).body, "accept=text/x");
  EXPECT_EQ(ask(c, get("/")).fields.at("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(ask(c, get("/healthz")).status, 200);
  EXPECT_EQ(ask(c, post("{}")).status, 404);
}

TEST(HttpContractTest, IsNotReadyWhenItWouldRefuse) {
  gateway_fixture g;
  g.world.set_not_ready("kafka has been away for 40 s");
  raw_client c(g.port());
  const auto ready = ask(c, get("/readyz"));
  EXPECT_EQ(ready.status, 503);
  EXPECT_TRUE(ready.has("kafka has been away for 40 s"));
  const auto refused = ask(c, post("{}"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.fields.at("retry-after"), "7");
  g.world.set_not_ready("");
  EXPECT_EQ(ask(c, post("{}")).status, 200);
}

TEST(HttpContractTest, AsksKafkaOnceAboutAnUnknownTopic) {
  gateway_fixture g;
  g.world.add_topic("fresh", 3);  // created after the lanes' last look
  raw_client c(g.port());
  EXPECT_EQ(ask(c, post("{}", "application/json", "", "", "fresh")).status, 200);
  EXPECT_EQ(ask(c, post("{}", "application/json", "", "", "nowhere")).status, 404);
  EXPECT_EQ(g.world.refreshes(), 2);
}

TEST(HttpContractTest, RefusesBeforeTheBodyWhenFull) {
  gateway::config::settings s;
  s.limits.in_flight_bytes_max = 1 << 20;
  s.limits.in_flight_bytes_high = 512 << 10;
  s.limits.in_flight_bytes_low = 256 << 10;
  gateway_fixture g(s);
  g.publisher.hold();
  raw_client holder(g.port());
  for (int i = 0; i < 6; ++i) holder.send(post(std::string(100'000, 'x'), "text/plain"));
  raw_client c(g.port());
  http_answer a;
  for (int i = 0; i < 100 && a.status != 503; ++i) a = ask(c, get("/readyz"));
  EXPECT_EQ(a.status, 503);
  c.send("POST /v1/topics/orders/events HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n");
  const auto refused = c.answer();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503) << "and no 100 Continue before it";
  EXPECT_EQ(refused->fields.at("retry-after"), "7");
  g.publisher.release();
  raw_client later(g.port());
  for (int i = 0; i < 100 && ask(later, get("/readyz")).status != 200; ++i) {
  }
  EXPECT_EQ(ask(later, post("{}")).status, 200);
}

TEST(HttpContractTest, DrainsInGoodOrder) {
  gateway_fixture g(quick());
  g.publisher.hold();
  raw_client busy(g.port());
  raw_client idle(g.port());
  EXPECT_EQ(ask(idle, get("/healthz")).status, 200);
  busy.send(post("{}"));
  while (g.publisher.held() == 0) std::this_thread::sleep_for(1ms);
  g.lane().start_drain();
  EXPECT_TRUE(idle.is_ended());
  g.publisher.release();
  const auto a = busy.answer();
  ASSERT_TRUE(a);
  EXPECT_EQ(a->status, 200);
  EXPECT_TRUE(busy.is_ended());
}

}  // namespace
}  // namespace tests
