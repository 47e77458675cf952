// docs/rest-proxy.md, version 2, over real sockets: one row a case.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "tests/contract/dialect_case.h"

namespace tests {
namespace {

using namespace std::chrono_literals;
using batching::outcome;
using batching::reason;
using std::nullopt;

const std::string json_type = "Content-Type: application/vnd.kafka.json.v2+json\r\n";
const std::string binary_type = "Content-Type: application/vnd.kafka.binary.v2+json\r\n";

dialect_case json(const char* name, std::string body, int status, std::vector<std::string> has,
                  std::vector<stored> records = {}, std::string target = "/topics/orders") {
  return {name, "POST", std::move(target), json_type, std::move(body), status, std::move(has), std::move(records)};
}

dialect_case binary(const char* name, std::string body, int status, std::vector<std::string> has,
                    std::vector<stored> records = {}, std::string target = "/topics/orders") {
  return {name, "POST", std::move(target), binary_type, std::move(body), status, std::move(has), std::move(records)};
}

dialect_case typed(const char* name, const std::string& type, int status, std::vector<std::string> has,
                   std::vector<stored> records = {}) {
  return {name,
          "POST",
          "/topics/orders",
          type.empty() ? "" : "Content-Type: " + type + "\r\n",
          R"({"records":[{"value":"YQ=="}]})",
          status,
          std::move(has),
          std::move(records)};
}

dialect_case read(const char* name, std::string target, int status, std::vector<std::string> has) {
  return {name, "GET", std::move(target), "", "", status, std::move(has), {}};
}

const std::string ok = R"("error_code":null,"error":null})";
const std::string v2 = "application/vnd.kafka.v2+json";

const std::vector<dialect_case>& json_cases() {
  static const std::vector<dialect_case> all = {
      json("one value", R"({"records":[{"value":{"a":1}}]})", 200,
           {v2, R"({"offsets":[{"partition":)", R"("offset":0,)", ok,
            R"(],"key_schema_id":null,"value_schema_id":null})"},
           {{nullopt, R"({"a":1})"}}),
      json("value bytes as sent", R"({"records":[{"value":{ "b" : 1.50, "a":"\u00e9" }}]})", 200, {ok},
           {{nullopt, R"({ "b" : 1.50, "a":"\u00e9" })"}}),
      json("string value keeps its quotes", R"({"records":[{"value":"x"}]})", 200, {ok}, {{nullopt, R"("x")"}}),
      json("number value", R"({"records":[{"value":-1.5e3}]})", 200, {ok}, {{nullopt, "-1.5e3"}}),
      json("truth value", R"({"records":[{"value":true}]})", 200, {ok}, {{nullopt, "true"}}),
      json("array value", R"({"records":[{"value":[1, 2]}]})", 200, {ok}, {{nullopt, "[1, 2]"}}),
      json("string key keeps its quotes", R"({"records":[{"key":"order-1","value":1}]})", 200, {ok},
           {{R"("order-1")", "1"}}),
      json("number key", R"({"records":[{"key":17,"value":1}]})", 200, {ok}, {{"17", "1"}}),
      json("object key", R"({"records":[{"key":{"id": 1},"value":1}]})", 200, {ok}, {{R"({"id": 1})", "1"}}),
      json("null key is no key", R"({"records":[{"key":null,"value":1}]})", 200, {ok}, {{nullopt, "1"}}),
      json("empty string key", R"({"records":[{"key":"","value":1}]})", 200, {ok}, {{R"("")", "1"}}),
      json("null value is a tombstone", R"({"records":[{"key":"k","value":null}]})", 200, {ok}, {{R"("k")", nullopt}}),
      json("no value is a tombstone", R"({"records":[{"key":"k"}]})", 200, {ok}, {{R"("k")", nullopt}}),
      json("partition of a record", R"({"records":[{"value":1,"partition":7}]})", 200, {R"({"partition":7,)", ok},
           {{nullopt, "1", {}, 7}}),
      json("null partition", R"({"records":[{"value":1,"partition":null}]})", 200, {ok}, {{nullopt, "1"}}),
      json("partition beside a key", R"({"records":[{"key":"k","value":1,"partition":3}]})", 200, {R"("partition":3)"},
           {{R"("k")", "1", {}, 3}}),
      json("partition of the path", R"({"records":[{"value":1},{"key":"k","value":2}]})", 200,
           {R"({"partition":5,"offset":0,)", R"({"partition":5,"offset":1,)"},
           {{nullopt, "1", {}, 5}, {R"("k")", "2", {}, 5}}, "/topics/orders/partitions/5"),
      json("an unknown partition is one record's error",
           R"({"records":[{"value":1,"partition":0},{"value":2,"partition":99},{"value":3,"partition":0}]})", 200,
           {R"({"partition":0,"offset":0,)", R"({"partition":null,"offset":null,"error_code":50002,"error":")",
            R"({"partition":0,"offset":1,)"},
           {{nullopt, "1", {}, 0}, {nullopt, "3", {}, 0}}),
      json("schema members that are null", R"({"key_schema":null,"value_schema_id":null,"records":[{"value":1}]})", 200,
           {ok}, {{nullopt, "1"}}),
      json("white space everywhere", " \n{ \"records\" : [ { \"value\" : 1 } , {\"value\":2} ] } \n", 200, {ok, ok},
           {{nullopt, "1"}, {nullopt, "2"}}),
      json("members in another order", R"({"records":[{"partition":1,"value":1,"key":"k"}]})", 200, {ok},
           {{R"("k")", "1", {}, 1}}),
      json("slash behind the path", R"({"records":[{"value":1}]})", 200, {ok}, {{nullopt, "1"}}, "//topics/orders/"),
      // Refused as a whole.
      json("no records", R"({"records":[]})", 422, {v2, R"({"error_code":422,"message":")"}),
      json("null records", R"({"records":null})", 422, {R"({"error_code":422,)"}),
      json("records left out", R"({})", 422, {R"({"error_code":422,)"}),
      json("records is no array", R"({"records":{"value":1}})", 422, {R"({"error_code":422,)"}),
      json("a record is no object", R"({"records":[{"value":1},7]})", 422, {R"("error_code":422)", "records[1]"}),
      json("an unknown member of a record", R"({"records":[{"value":1,"valeu":2}]})", 422, {"valeu"}),
      json("an unknown member beside records", R"({"records":[{"value":1}],"x":1})", 422, {R"("error_code":422)"}),
      json("a schema", R"({"value_schema":"{}","records":[{"value":1}]})", 422, {"schema registry"}),
      json("partition is text", R"({"records":[{"value":1,"partition":"0"}]})", 422, {"records[0]"}),
      json("partition is negative", R"({"records":[{"value":1,"partition":-1}]})", 422, {"records[0]"}),
      json("partition has a fraction", R"({"records":[{"value":1,"partition":1.5}]})", 422, {"records[0]"}),
      json("partition twice: path and record", R"({"records":[{"value":1,"partition":5}]})", 422, {"records[0]"}, {},
           "/topics/orders/partitions/5"),
      json("broken JSON", R"({"records":[{"value":1})", 400, {v2, R"({"error_code":400,"message":")"}),
      json("an empty body", "", 400, {R"({"error_code":400,)"}),
      json("an array", "[]", 422, {R"({"error_code":422,)"}),
      json("two documents", R"({"records":[{"value":1}]} {"records":[]})", 400, {R"({"error_code":400,)"}),
      json("an unknown partition of the path", R"({"records":[{"value":1}]})", 404, {R"({"error_code":40402,)"}, {},
           "/topics/orders/partitions/12"),
      json("a partition of the path that is no number", R"({"records":[{"value":1}]})", 404,
           {R"({"error_code":40402,)"}, {}, "/topics/orders/partitions/x"),
      json("an unknown topic: an error for each record", R"({"records":[{"value":1},{"value":2}]})", 200,
           {R"({"offsets":[{"partition":null,"offset":null,"error_code":50002,)", R"("error_code":50002,)",
            R"("key_schema_id":null)"},
           {}, "/topics/nobody"),
      json("an unknown topic, and the status is to tell", R"({"records":[{"value":1}]})", 422,
           {R"("error_code":50002,)"}, {}, "/topics/nobody?partial=207"),
      json("the same with the other status", R"({"records":[{"value":1}]})", 422, {R"("error_code":50002,)"}, {},
           "/topics/nobody?partial=503"),
      json("records twice", R"({"records":[{"value":1}],"records":[{"value":2}]})", 422, {"records stands twice"}),
      json("a key twice", R"({"records":[{"key":"a","key":"b","value":1}]})", 422,
           {R"("error_code":422)", R"(records[0]: \"key\" stands twice)"}),
      json("a value twice", R"({"records":[{"value":1},{"value":null,"value":2}]})", 422,
           {R"(records[1]: \"value\" stands twice)"}),
      json("a partition twice", R"({"records":[{"partition":1,"value":1,"partition":1}]})", 422,
           {R"(\"partition\" stands twice)"}),
      json("an unknown topic with a partition", R"({"records":[{"value":1}]})", 404, {R"({"error_code":40401,)"}, {},
           "/topics/nobody/partitions/0"),
      json("an unknown parameter", R"({"records":[{"value":1}]})", 400, {R"({"error_code":400,)"}, {},
           "/topics/orders?x=1"),
      json("a cache buster means nothing", R"({"records":[{"value":1}]})", 200, {ok}, {{nullopt, "1"}},
           "/topics/orders?_=17"),
      json("partial=207 and all is well", R"({"records":[{"value":1}]})", 200, {ok}, {{nullopt, "1"}},
           "/topics/orders?partial=207"),
      json("partial=207 and one is not", R"({"records":[{"value":1},{"value":2,"partition":99}]})", 207,
           {ok, R"("error_code":50002)"}, {{nullopt, "1"}}, "/topics/orders?partial=207"),
      json("partial=503 and one is not", R"({"records":[{"value":1},{"value":2,"partition":99}]})", 503,
           {"Retry-After: ", ok, R"("error_code":50002)"}, {{nullopt, "1"}}, "/topics/orders?partial=503"),
      json("partial=207 and none is", R"({"records":[{"value":2,"partition":99}]})", 422, {R"("error_code":50002)"}, {},
           "/topics/orders?partial=207"),
      json("partial of another status", R"({"records":[{"value":1}]})", 400, {R"({"error_code":400,)"}, {},
           "/topics/orders?partial=200"),
  };
  return all;
}

TEST(RestProxyV2Test, JsonRecords) {
  for (const dialect_case& c : json_cases()) run(c);
}

const std::vector<dialect_case>& binary_cases() {
  static const std::vector<dialect_case> all = {
      binary("bytes", R"({"records":[{"key":"a2V5","value":"AP8="}]})", 200, {ok}, {{"key", std::string("\0\xff", 2)}}),
      binary("without padding", R"({"records":[{"value":"AP8"}]})", 200, {ok}, {{nullopt, std::string("\0\xff", 2)}}),
      binary("escaped base64", R"({"records":[{"value":"\u0059Q=="}]})", 200, {ok}, {{nullopt, "a"}}),
      binary("empty value is no tombstone", R"({"records":[{"key":"aw==","value":""}]})", 200, {ok}, {{"k", ""}}),
      binary("empty key is a key", R"({"records":[{"key":"","value":"YQ=="}]})", 200, {ok}, {{"", "a"}}),
      binary("null value is a tombstone", R"({"records":[{"key":"aw==","value":null}]})", 200, {ok}, {{"k", nullopt}}),
      binary("null key", R"({"records":[{"key":null,"value":"YQ=="}]})", 200, {ok}, {{nullopt, "a"}}),
      binary("to a partition", R"({"records":[{"value":"YQ=="}]})", 200, {R"("partition":11)"},
             {{nullopt, "a", {}, 11}}, "/topics/orders/partitions/11"),
      binary("not base64", R"({"records":[{"value":"YQ=="},{"value":"!"}]})", 400,
             {R"({"error_code":400,)", "records[1]"}),
      binary("a key that is not base64", R"({"records":[{"key":"k","value":"YQ=="}]})", 400, {R"({"error_code":400,)"}),
      binary("the alphabet of URLs", R"({"records":[{"value":"-_8="}]})", 400, {R"({"error_code":400,)"}),
      binary("bits behind the last byte", R"({"records":[{"value":"YR=="}]})", 400, {R"({"error_code":400,)"}),
      binary("a value that is no text", R"({"records":[{"value":{"a":1}}]})", 400, {R"({"error_code":400,)"}),
      typed("the short binary type", "application/vnd.kafka.v2+json", 200, {ok}, {{nullopt, "a"}}),
      typed("a type with a parameter", "application/vnd.kafka.binary.v2+json; charset=utf-8", 200, {ok},
            {{nullopt, "a"}}),
      typed("a type in capitals", "Application/VND.Kafka.JSON.v2+JSON", 200, {ok}, {{nullopt, R"("YQ==")"}}),
      typed("plain JSON", "application/json", 415, {v2, R"({"error_code":415,)"}),
      typed("another charset", "application/vnd.kafka.json.v2+json; charset=utf-16", 415, {"UTF-8"}),
      typed("a charset twice", "application/vnd.kafka.json.v2+json; charset=utf-8; charset=utf-8", 415, {"UTF-8"}),
      typed("Avro", "application/vnd.kafka.avro.v2+json", 415, {R"({"error_code":415,)"}),
      typed("no type", "", 415, {R"({"error_code":415,)"}),
      {"Accept of the original",
       "POST",
       "/topics/orders",
       json_type + "Accept: application/vnd.kafka.v2+json\r\n",
       R"({"records":[{"value":1}]})",
       200,
       {v2, ok},
       {{nullopt, "1"}}},
      {"Accept that is not met",
       "POST",
       "/topics/orders",
       json_type + "Accept: text/html\r\n",
       R"({"records":[{"value":1}]})",
       200,
       {v2, ok},
       {{nullopt, "1"}}},
      {"an unknown encoding",
       "POST",
       "/topics/orders",
       json_type + "Content-Encoding: x\r\n",
       "{}",
       415,
       {R"({"error_code":415,)"},
       {}},
      {"PUT", "PUT", "/topics/orders", json_type, "{}", 405, {"Allow: GET, HEAD, POST, OPTIONS"}, {}},
  };
  return all;
}

TEST(RestProxyV2Test, BinaryRecordsAndFields) {
  for (const dialect_case& c : binary_cases()) run(c);
}

TEST(RestProxyV2Test, Listings) {
  const std::vector<dialect_case> all = {
      read("topics", "/topics", 200, {v2, R"(["orders"])"}),
      read("a topic", "/topics/orders", 200, {R"({"name":"orders","configs":{},"partitions":[{"partition":0,)"}),
      read("an unknown topic", "/topics/nobody", 404, {v2, R"({"error_code":40401,"message":")"}),
      read("partitions", "/topics/orders/partitions", 200, {R"([{"partition":0,"leader":)", R"({"partition":11,)"}),
      read("partitions of an unknown topic", "/topics/nobody/partitions", 404, {R"({"error_code":40401,)"}),
      read("a partition", "/topics/orders/partitions/11", 200, {R"({"partition":11,"leader":)"}),
      read("an unknown partition", "/topics/orders/partitions/12", 404, {R"({"error_code":40402,)"}),
      read("a partition that is no number", "/topics/orders/partitions/a", 404, {R"({"error_code":40402,)"}),
      read("brokers", "/brokers", 200, {R"({"brokers":[)"}),
      read("consumers are not here", "/consumers/g", 404, {}),
  };
  for (const dialect_case& c : all) run(c);
}

TEST(RestProxyV2Test, TheFieldAsksForTheStatusAsTheQueryDoes) {
  const auto with = [](const char* name, const char* fields, std::string target, int status,
                       std::vector<stored> records, std::vector<std::string> has = {}) {
    return dialect_case{name,
                        "POST",
                        std::move(target),
                        json_type + fields,
                        R"({"records":[{"value":1},{"value":2,"partition":99}]})",
                        status,
                        std::move(has),
                        std::move(records)};
  };
  const stored one{nullopt, "1"};
  run(with("207", "Headgate-Partial: 207\r\n", "/topics/orders", 207, {one}));
  run(with("503", "Headgate-Partial: 503\r\n", "/topics/orders", 503, {one}));
  run(with("the query is heard first", "Headgate-Partial: 503\r\n", "/topics/orders?partial=207", 207, {one}));
  run(with("an unknown topic", "Headgate-Partial: 503\r\n", "/topics/nobody", 422, {}));
  for (const char* bad :
       {"Headgate-Partial: 999\r\n", "Headgate-Partial:\r\n", "Headgate-Partial: 207\r\nHeadgate-Partial: 207\r\n"})
    run(with(bad, bad, "/topics/orders", 400, {}, {R"({"error_code":400,)", "Headgate-Partial"}));
}

TEST(RestProxyV2Test, SaysWhetherARecordThatIsNotStoredMayBeSentAgain) {
  struct row {
    outcome fate;
    reason why;
    const char* text;
  };
  for (const row& r :
       {row{outcome::not_persisted, reason::answer_timeout, R"("not_persisted: it is not stored, and safe to send)"},
        row{outcome::possibly_persisted, reason::answer_timeout,
            R"("possibly_persisted: it may be stored already, and)"},
        row{outcome::possibly_persisted, reason::shutting_down, R"("possibly_persisted: )"},
        row{outcome::blocked, reason::earlier_record_failed, R"("blocked: it is not stored, )"},
        row{outcome::rejected, reason::kafka_refused, R"("Kafka refused)"}}) {
    gateway_fixture g;
    g.publisher.settle_as(r.fate, r.why);
    raw_client c(g.port());
    ASSERT_TRUE(c.send(request_of(json("", R"({"records":[{"value":1}]})", 0, {}))));
    const auto a = c.answer();
    ASSERT_TRUE(a.has_value());
    EXPECT_TRUE(a->has(std::string(R"("error":)") + r.text)) << a->body;
  }
}

TEST(RestProxyV2Test, ARecordThatIsStillUnderWayMayBeStored) {
  gateway::config::settings s;
  s.limits.answer_time_default = 300ms;
  gateway_fixture g(s);
  g.publisher.hold();
  raw_client c(g.port());
  ASSERT_TRUE(c.send(request_of(json("", R"({"records":[{"value":1}]})", 0, {}))));
  const auto a = c.answer();
  ASSERT_TRUE(a.has_value());
  EXPECT_TRUE(a->has(R"("error_code":50003,"error":"possibly_persisted: )")) << a->body;
}

// The broker's words for records, and what they are in the dialect.
TEST(RestProxyV2Test, SaysWhatBecameOfRecords) {
  struct row {
    outcome fate;
    reason why;
    int status;
    const char* code;
  };
  for (const row& r : {row{outcome::rejected, reason::kafka_refused, 200, "50002"},
                       row{outcome::rejected, reason::message_too_large, 200, "50002"},
                       row{outcome::not_persisted, reason::topic_gone, 200, "50003"},
                       row{outcome::possibly_persisted, reason::producer_failed, 200, "50003"},
                       row{outcome::blocked, reason::earlier_record_failed, 200, "50003"},
                       row{outcome::not_persisted, reason::not_authorized, 403, "40301"}}) {
    gateway_fixture g;
    g.publisher.settle_as(r.fate, r.why);
    raw_client c(g.port());
    ASSERT_TRUE(c.send(request_of(json("", R"({"records":[{"value":1}]})", 0, {}))));
    const auto a = c.answer();
    ASSERT_TRUE(a.has_value());
    EXPECT_EQ(a->status, r.status) << code(r.why);
    EXPECT_TRUE(a->has(std::string(R"({"partition":null,"offset":null,"error_code":)") + r.code)) << a->body;
  }
}

TEST(RestProxyV2Test, KeysAsTextWhereTheTopicSaysSo) {
  gateway::config::settings s;
  s.topics.emplace_back().rest_key = gateway::config::rest_key_form::text;
  run(json("plain", R"({"records":[{"key":"order-1","value":"x"}]})", 200, {ok}, {{"order-1", R"("x")"}}), s);
  run(json("escaped", R"({"records":[{"key":"a\"\u00e9","value":1}]})", 200, {ok}, {{"a\"\xc3\xa9", "1"}}), s);
  run(json("number", R"({"records":[{"key":17,"value":1}]})", 200, {ok}, {{"17", "1"}}), s);
  run(json("half a pair", R"({"records":[{"key":"\ud800","value":1}]})", 422, {R"("error_code":422)"}), s);
}

TEST(RestProxyV2Test, TheTopicAsksForTheStatusOfAMixedOutcome) {
  const std::string mixed = R"({"records":[{"value":1},{"value":2,"partition":99}]})";
  gateway::config::settings s;
  s.topics.emplace_back().partial = gateway::config::partial_status::multi_status;
  run(json("207", mixed, 207, {ok}, {{nullopt, "1"}}), s);
  run(json("all is well", R"({"records":[{"value":1}]})", 200, {ok}, {{nullopt, "1"}}), s);
  run(json("the request is heard first", mixed, 503, {ok}, {{nullopt, "1"}}, "/topics/orders?partial=503"), s);
  run(json("a topic that Kafka has not", mixed, 422, {R"("error_code":50002)"}, {}, "/topics/nobody"), s);
  s.topics[0].partial = gateway::config::partial_status::unavailable;
  run(json("503", mixed, 503, {ok}, {{nullopt, "1"}}), s);
  s.topics[0].partial = gateway::config::partial_status::automatic;
  run(json("as the original", mixed, 200, {ok}, {{nullopt, "1"}}), s);
}

TEST(RestProxyV2Test, WhatTheTopicAsksOfEvents) {
  gateway::config::settings s;
  s.topics.emplace_back().envelope = gateway::config::envelope_kind::event;
  s.topics[0].timestamp_skew_max = std::chrono::hours(24 * 365 * 100);
  s.topics[0].event_headers = true;
  const std::string event = R"({"eventId":"e-1","eventType":"Made","timestamp":"2021-02-05T19:14:42Z","payload":{}})";
  run(json("an envelope", R"({"records":[{"value":)" + event + "}]}", 200, {ok},
           {{nullopt, event, {"event-type=Made", "event-id=e-1"}}}),
      s);
  run(json("none", R"({"records":[{"value":{"a":1}}]})", 200, {R"("error_code":50002)", "event id"}), s);
  run(json("a tombstone has none", R"({"records":[{"key":"k"}]})", 200, {ok}, {{R"("k")", nullopt}}), s);
  run(binary("bytes", R"({"records":[{"value":"e30="}]})", 200, {R"("error_code":50002)", "envelope"}), s);
}

TEST(RestProxyV2Test, ASilentKafkaIsNoAnswerAboutATopic) {
  gateway_fixture g;
  g.world.go_away();
  raw_client c(g.port());
  ASSERT_TRUE(c.send(request_of(json("", R"({"records":[{"value":1}]})", 0, {}, {}, "/topics/nobody"))));
  const auto a = c.answer();
  ASSERT_TRUE(a.has_value());
  EXPECT_EQ(a->status, 503);
  EXPECT_EQ(a->fields.at("retry-after"), "7");
  EXPECT_TRUE(a->has(R"({"error_code":503,"message":")")) << a->body;
}

TEST(RestProxyV2Test, ChunkedAndCompressedBodiesAreTaken) {
  gateway_fixture g;
  raw_client c(g.port());
  ASSERT_TRUE(c.send("POST /topics/orders HTTP/1.1\r\nHost: t\r\n" + json_type +
                     "Transfer-Encoding: chunked\r\n\r\n10\r\n{\"records\":[{\"va\r\na\r\nlue\":17}]}\r\n0\r\n\r\n"));
  const auto a = c.answer();
  ASSERT_TRUE(a.has_value());
  EXPECT_EQ(a->status, 200) << a->body;
  ASSERT_EQ(g.publisher.records().size(), 1U);
  EXPECT_EQ(g.publisher.records()[0].value, "17");
}

}  // namespace
}  // namespace tests
