// docs/rest-proxy.md, version 3, with bodies that are read whole, over real sockets: one row a case.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/contract/dialect_case.h"

namespace tests {
namespace {

using batching::outcome;
using batching::reason;
using std::nullopt;
using texts = std::vector<std::string>;

const std::string json_type = "Content-Type: application/json\r\n";
const std::string path = "/v3/clusters/lkc-1/topics/orders/records";
const std::string batch_path = path + ":batch";
const std::string ok = R"({"error_code":200,"cluster_id":"lkc-1","topic_name":"orders","partition_id":)";

dialect_case post(const char* name, std::string body, int status, texts has, std::vector<stored> records = {},
                  std::string target = path, std::string fields = json_type) {
  return {name,   "POST",         std::move(target), std::move(fields), std::move(body),
          status, std::move(has), std::move(records)};
}

dialect_case batch(const char* name, std::string body, int status, texts has, std::vector<stored> records = {}) {
  return post(name, std::move(body), status, std::move(has), std::move(records), batch_path);
}

dialect_case read(const char* name, std::string target, int status, texts has) {
  return {name, "GET", std::move(target), "", "", status, std::move(has), {}};
}

// One record with this value, and what is stored of it.
dialect_case value(const char* name, const std::string& content, texts has, stored record) {
  return post(name, R"({"value":)" + content + "}", 200, std::move(has), {std::move(record)});
}

// One record that is wrong: its entry says so, nothing is stored.
dialect_case wrong(const char* name, std::string record, texts has) {
  has.insert(has.begin(), R"({"error_code":400,"message":")");
  return post(name, std::move(record), 200, std::move(has));
}

TEST(RestProxyV3Test, Values) {
  const std::vector<dialect_case> all = {
      value("BINARY", R"({"type":"BINARY","data":"AP8="})", {ok, R"("value":{"type":"BINARY","size":2}})"},
            {nullopt, std::string("\0\xff", 2)}),
      value("BINARY without padding", R"({"type":"BINARY","data":"AP8"})", {ok}, {nullopt, std::string("\0\xff", 2)}),
      value("JSON as sent", R"({"type":"JSON","data":{ "b" : 1.50, "a":"\u00e9" }})",
            {ok, R"("type":"JSON","size":28)"}, {nullopt, R"({ "b" : 1.50, "a":"\u00e9" })"}),
      value("a JSON string keeps its quotes", R"({"type":"JSON","data":"x"})", {ok, R"("size":3)"},
            {nullopt, R"("x")"}),
      value("a JSON number", R"({"type":"JSON","data":-1.5e3})", {ok}, {nullopt, "-1.5e3"}),
      value("STRING is its text", R"({"type":"STRING","data":"a\"\u00e9"})", {ok, R"("type":"STRING","size":4)"},
            {nullopt, "a\"\xc3\xa9"}),
      value("an empty STRING is empty, not null", R"({"type":"STRING","data":""})", {ok, R"("size":0)"}, {nullopt, ""}),
      value("an empty BINARY is empty, not null", R"({"type":"BINARY","data":""})", {ok, R"("size":0)"}, {nullopt, ""}),
      value("null data is a tombstone", R"({"type":"JSON","data":null})", {ok, R"("type":"JSON","size":0)"},
            {nullopt, nullopt}),
      value("null data of another type", R"({"type":"BINARY","data":null})", {ok}, {nullopt, nullopt}),
      value("no data is a tombstone", R"({"type":"STRING"})", {ok}, {nullopt, nullopt}),
      value("a null value is a tombstone", "null", {ok}, {nullopt, nullopt}),
      value("members in another order", R"({"data":"x","type":"STRING"})", {ok}, {nullopt, "x"}),
      post("no value is a tombstone", R"({"key":{"type":"STRING","data":"k"}})", 200,
           {ok, R"("key":{"type":"STRING","size":1}})"}, {{"k", nullopt}}),
      post("an empty record", "{}", 200, {ok}, {{nullopt, nullopt}}),
  };
  for (const dialect_case& c : all) run(c);
}

TEST(RestProxyV3Test, KeysHeadersPartitionsTimes) {
  const std::string v = R"("value":{"type":"STRING","data":"v"})";
  const auto with = [&v](const char* name, const std::string& more, texts has, stored record) {
    return post(name, "{" + v + "," + more + "}", 200, std::move(has), {std::move(record)});
  };
  const std::vector<dialect_case> all = {
      with("STRING key", R"("key":{"type":"STRING","data":"order-1"})", {ok, R"("key":{"type":"STRING","size":7})"},
           {"order-1", "v"}),
      with("JSON key keeps its quotes", R"("key":{"type":"JSON","data":"order-1"})", {ok, R"("size":9)"},
           {R"("order-1")", "v"}),
      with("BINARY key", R"("key":{"type":"BINARY","data":"AP8="})", {ok}, {std::string("\0\xff", 2), "v"}),
      with("null key", R"("key":null)", {ok}, {nullopt, "v"}),
      with("key of null data", R"("key":{"type":"STRING","data":null})", {ok}, {nullopt, "v"}),
      with("empty key", R"("key":{"type":"STRING","data":""})", {ok}, {"", "v"}),
      with("partition", R"("partition_id":7)", {R"("partition_id":7,"offset":0,)"}, {nullopt, "v", {}, 7}),
      with("null partition", R"("partition_id":null)", {ok}, {nullopt, "v"}),
      with("headers in order, doubled",
           R"("headers":[{"name":"a","value":"MQ=="},{"name":"b","value":""},)"
           R"({"name":"a","value":"Mg=="}])",
           {ok}, {nullopt, "v", {"a=1", "b=", "a=2"}}),
      with("a header of null", R"("headers":[{"name":"a","value":null}])", {ok}, {nullopt, "v", {"a="}}),
      with("null headers", R"("headers":null)", {ok}, {nullopt, "v"}),
      with("a time", R"("timestamp":"2021-02-05T19:14:42Z")", {R"("timestamp":"2021-02-05T19:14:42.000Z")"},
           {nullopt, "v"}),
      with("a time with a fraction and an offset", R"("timestamp":"2021-02-05T20:14:42.25+01:00")",
           {R"("timestamp":"2021-02-05T19:14:42.250Z")"}, {nullopt, "v"}),
      with("a null time", R"("timestamp":null)", {ok}, {nullopt, "v"}),
      with("original_size means nothing", R"("original_size":17)", {ok}, {nullopt, "v"}),
  };
  for (const dialect_case& c : all) run(c);
}

TEST(RestProxyV3Test, AWrongRecordHasItsEntry) {
  const std::vector<dialect_case> all = {
      wrong("an unknown member", R"({"valeu":1})", {"valeu"}),
      wrong("an unknown member of the value", R"({"value":{"type":"JSON","date":1}})", {"date"}),
      wrong("a schema", R"({"value":{"type":"AVRO","data":1}})", {"schema registry"}),
      wrong("no type", R"({"value":{"data":1}})", {"value.type is missing"}),
      wrong("a value that is no object", R"({"value":17})", {"value must be"}),
      wrong("a STRING that is a number", R"({"value":{"type":"STRING","data":17}})", {"value.data must be text"}),
      wrong("no base64", R"({"key":{"type":"BINARY","data":"!"}})", {"key.data is no base64"}),
      wrong("half of a surrogate pair", R"({"value":{"type":"STRING","data":"\ud800"}})", {"value.data"}),
      wrong("headers that are an object", R"({"headers":{}})", {"headers must be an array"}),
      wrong("a header without name", R"({"headers":[{"value":"MQ=="}]})", {"a header needs a name"}),
      wrong("a header's value that is no base64", R"({"headers":[{"name":"a","value":"!"}]})", {"base64"}),
      wrong("partition is text", R"({"partition_id":"0"})", {"partition_id"}),
      wrong("partition is negative", R"({"partition_id":-1})", {"partition_id"}),
      wrong("time is no time", R"({"timestamp":"today"})", {"timestamp"}),
      wrong("time is a number", R"({"timestamp":17})", {"timestamp"}),
      wrong("time before 1970", R"({"timestamp":"1969-12-31T23:59:59Z"})", {"timestamp"}),
      wrong("a key twice", R"({"key":{"type":"STRING","data":"a"},"key":{"type":"STRING","data":"b"}})",
            {"key stands twice"}),
      wrong("a value twice, once null", R"({"value":null,"value":{"type":"JSON","data":1}})", {"value stands twice"}),
      wrong("headers twice", R"({"headers":[],"headers":[]})", {"headers stands twice"}),
      wrong("a partition twice", R"({"partition_id":1,"partition_id":1})", {"partition_id stands twice"}),
      wrong("a time twice", R"({"timestamp":null,"timestamp":null})", {"timestamp stands twice"}),
      wrong("a type twice", R"({"value":{"type":"JSON","type":"JSON","data":1}})", {"value.type stands twice"}),
      wrong("data twice", R"({"value":{"type":"JSON","data":1,"data":2}})", {"value.data stands twice"}),
      wrong("a header's name twice", R"({"headers":[{"name":"a","name":"b"}]})", {"headers: name stands twice"}),
      post("an unknown partition", R"({"partition_id":99})", 200, {R"({"error_code":404,"message":")"}),
  };
  for (const dialect_case& c : all) run(c);
}

TEST(RestProxyV3Test, ManyRecordsInOneBody) {
  const std::string a = R"({"value":{"type":"STRING","data":"a"}})";
  const std::string b = R"({"value":{"type":"STRING","data":"b"}})";
  const std::vector<dialect_case> all = {
      post("no separator is needed", a + b, 200, {ok, "}\r\n", ok}, {{nullopt, "a"}, {nullopt, "b"}}),
      post("line ends between", a + "\r\n" + b + "\n", 200, {ok, "}\r\n", ok}, {{nullopt, "a"}, {nullopt, "b"}}),
      post("brackets and quotes in text", R"({"value":{"type":"STRING","data":"}{\"]["}})" + b, 200, {ok, ok},
           {{nullopt, "}{\"]["}, {nullopt, "b"}}),
      post("a wrong one leaves the others", a + R"({"x":1})" + b, 200, {ok, R"({"error_code":400,)", ok},
           {{nullopt, "a"}, {nullopt, "b"}}),
      post("broken JSON ends it", a + R"({"value":})" + b, 200,
           {ok, R"({"error_code":400,"message":"behind 1 records)"}, {{nullopt, "a"}}),
      post("JSON that is no object leaves the others", a + "[1]" + b + R"("x{" 5 true)" + a + "null -1.5e3", 200,
           {ok, R"({"error_code":400,"message":"a record is a JSON object"})", ok, R"({"error_code":400,)",
            R"({"error_code":400,)", R"({"error_code":400,)", ok, R"({"error_code":400,)",
            R"({"error_code":400,"message":"a record is a JSON object"})"},
           {{nullopt, "a"}, {nullopt, "b"}, {nullopt, "a"}}),
      post("what is no JSON ends it", a + "x" + b, 200, {ok, R"({"error_code":400,"message":"behind 1 records)"},
           {{nullopt, "a"}}),
      post("a word that is none ends it", a + "nul" + b, 200, {ok, R"({"error_code":400,"message":"behind 1 records)"},
           {{nullopt, "a"}}),
      post("a bracket ends it", a + "]" + b, 200, {ok, R"({"error_code":400,"message":"behind 1 records)"},
           {{nullopt, "a"}}),
      post("the end within a record", a + R"({"value":{)", 200, {ok, R"({"error_code":400,)", "in the middle"},
           {{nullopt, "a"}}),
      post("broken from the start", R"({"value":})", 400, {R"({"error_code":400,)"}),
      post("an array", "[" + a + "]", 200, {R"({"error_code":400,"message":"a record is a JSON object"})"}),
      post("no JSON from the start", "x", 400, {R"({"error_code":400,)"}),
      post("an empty body", "", 422, {R"({"error_code":422,"message":"Payload error. Request body is empty)"}),
      post("nothing but white space", " \r\n ", 422, {R"({"error_code":422,)"}),
  };
  for (const dialect_case& c : all) run(c);
}

TEST(RestProxyV3Test, TheRequestAsAWhole) {
  const std::string body = R"({"value":{"type":"STRING","data":"v"}})";
  const std::vector<dialect_case> all = {
      post("another cluster", body, 404, {R"({"error_code":404,"message":"Cluster x cannot be found)"}, {},
           "/v3/clusters/x/topics/orders/records"),
      post("an unknown topic", body, 404, {R"({"error_code":40403,)"}, {}, "/v3/clusters/lkc-1/topics/nobody/records"),
      post("another type", body, 415, {R"({"error_code":415,)"}, {}, path, "Content-Type: text/plain\r\n"),
      post("no type", body, 415, {R"({"error_code":415,)"}, {}, path, ""),
      post("another charset", body, 415, {R"({"error_code":415,)", "UTF-8"}, {}, path,
           "Content-Type: application/json; charset=latin1\r\n"),
      post("Headgate-Partial", body + R"({"partition_id":99})", 503, {ok, R"({"error_code":404,)"}, {{nullopt, "v"}},
           path, json_type + "Headgate-Partial: 503\r\n"),
      post("Headgate-Partial of another status", body, 400, {R"({"error_code":400,)", "Headgate-Partial"}, {}, path,
           json_type + "Headgate-Partial: 999\r\n"),
      post("the same of a batch", "{}", 400, {R"({"error_code":400,)", "Headgate-Partial"}, {}, batch_path,
           json_type + "Headgate-Partial: 999\r\n"),
      post("the type with a charset", body, 200, {ok}, {{nullopt, "v"}}, path,
           "Content-Type: application/json; charset=utf-8\r\n"),
      post("an unknown parameter", body, 400, {R"({"error_code":400,)"}, {}, path + "?x=1"),
      post("a cache buster", body, 200, {ok}, {{nullopt, "v"}}, path + "?_=1"),
      post("partial=207", body + R"({"partition_id":99})", 207, {ok, R"({"error_code":404,)"}, {{nullopt, "v"}},
           path + "?partial=207"),
      post("partial=207 and none is stored", R"({"partition_id":99})", 422, {R"({"error_code":404,)"}, {},
           path + "?partial=207"),
      post("a key beside the body", body, 400, {R"({"error_code":400,)", "Headgate-Key"}, {}, path,
           json_type + "Headgate-Key: k\r\n"),
      post("a time and a header of the request", body, 200, {R"("timestamp":"2021-02-05T19:14:42.000Z")"},
           {{nullopt, "v", {"who=me"}}}, path,
           json_type + "Headgate-Timestamp: 1612552482000\r\nHeadgate-Header-who: me\r\n"),
      {"GET", "GET", path, "", "", 405, {"Allow: POST, OPTIONS"}, {}},
  };
  for (const dialect_case& c : all) run(c);
}

TEST(RestProxyV3Test, WhatTheTopicAsksOfEvents) {
  gateway::config::settings s;
  s.topics.emplace_back().timestamp_pointer = "/at";
  s.topics[0].event_headers = true;
  const std::string event = R"({"at":1612552482000,"eventType":"Made"})";
  const std::string value = R"("value":{"type":"JSON","data":)" + event + "}";
  run(post("a time in the value", "{" + value + "}", 200, {R"("timestamp":"2021-02-05T19:14:42.000Z")"},
           {{nullopt, event, {"event-type=Made"}}}),
      s);
  run(post("the record's own comes first", "{" + value + R"(,"timestamp":"2022-02-05T19:14:42Z"})", 200,
           {R"("timestamp":"2022-02-05T19:14:42.000Z")"}, {{nullopt, event}}),
      s);
  run(post("a time that is none", R"({"value":{"type":"JSON","data":{"at":"soon"}}})", 200,
           {R"({"error_code":400,)", "timestamp"}),
      s);
  run(post("text is not looked into", R"({"value":{"type":"STRING","data":"{\"at\":1}"}})", 200, {ok},
           {{nullopt, R"({"at":1})"}}),
      s);
}

TEST(RestProxyV3Test, Batches) {
  const std::string a = R"({"id":"1","value":{"type":"STRING","data":"a"}})";
  std::string eleven = a;
  for (int i = 2; i <= 11; ++i) eleven += R"(,{"id":")" + std::to_string(i) + R"("})";
  const std::vector<dialect_case> all = {
      batch("all are stored", R"({"entries":[)" + a + R"(,{"id":"b_-","key":{"type":"STRING","data":"k"}}]})", 207,
            {R"({"successes":[{"id":"1","cluster_id":"lkc-1","topic_name":"orders","partition_id":)",
             R"("value":{"type":"STRING","size":1}},{"id":"b_-",)", R"(],"failures":[]})"},
            {{nullopt, "a"}, {"k", nullopt}}),
      batch("some are not", R"({"entries":[{"id":"x","valeu":1},)" + a + R"(,{"id":"y","partition_id":99}]})", 207,
            {R"({"successes":[{"id":"1",)", R"(],"failures":[{"id":"x","error_code":400,"message":")",
             R"({"id":"y","error_code":404,"message":")"},
            {{nullopt, "a"}}),
      batch("none is", R"({"entries":[{"id":"x","valeu":1}]})", 207, {R"({"successes":[],"failures":[{"id":"x",)"}),
      batch("empty", R"({"entries":[]})", 422, {R"({"error_code":42206,)"}),
      batch("no entries", "{}", 422, {R"({"error_code":42206,)"}),
      batch("eleven", R"({"entries":[)" + eleven + "]}", 422, {R"({"error_code":42206,)"}),
      batch("an id twice", R"({"entries":[)" + a + "," + a + "]}", 422, {R"({"error_code":42207,)"}),
      batch("entries twice", R"({"entries":[)" + a + R"(],"entries":[)" + a + "]}", 422, {"entries stands twice"}),
      batch("an id twice in one entry", R"({"entries":[{"id":"1","id":"2"}]})", 422,
            {R"({"error_code":42208,)", "twice"}),
      batch("a value twice in one entry", R"({"entries":[{"id":"1","value":null,"value":null},{"id":"2"}]})", 207,
            {R"("successes":[{"id":"2")", R"("failures":[{"id":"1","error_code":400,"message":"value stands twice"})"},
            {{nullopt, nullopt}}),
      batch("no id", R"({"entries":[{"value":null}]})", 422, {R"({"error_code":42208,)"}),
      batch("a bad id", R"({"entries":[{"id":"a b"}]})", 422, {R"({"error_code":42208,)"}),
      batch("a long id", R"({"entries":[{"id":")" + std::string(81, 'a') + R"("}]})", 422, {R"({"error_code":42208,)"}),
      batch("an unknown member", R"({"entries":[)" + a + R"(],"x":1})", 422, {R"({"error_code":422,)"}),
      batch("an array", "[]", 422, {R"({"error_code":422,)"}),
      batch("broken", R"({"entries":[)", 400, {R"({"error_code":400,)"}),
  };
  for (const dialect_case& c : all) run(c);
}

TEST(RestProxyV3Test, Listings) {
  const std::string base = "/v3/clusters";
  const std::vector<dialect_case> all = {
      read("clusters", base, 200,
           {R"({"kind":"KafkaClusterList","metadata":{"self":"http://t/v3/clusters","next":null},"data":[)",
            R"({"kind":"KafkaCluster",)", R"("cluster_id":"lkc-1")",
            R"("related":"http://t/v3/clusters/lkc-1/topics")"}),
      read("a cluster", base + "/lkc-1", 200,
           {R"({"kind":"KafkaCluster","metadata":{"self":"http://t/v3/clusters/lkc-1")"}),
      read("another cluster", base + "/x", 404, {R"({"error_code":404,"message":")"}),
      read("topics", base + "/lkc-1/topics", 200,
           {R"({"kind":"KafkaTopicList",)", R"("topic_name":"orders")", R"("partitions_count":12)"}),
      read("a topic", base + "/lkc-1/topics/orders", 200, {R"({"kind":"KafkaTopic",)", R"("topic_name":"orders")"}),
      read("an unknown topic", base + "/lkc-1/topics/nobody", 404, {R"({"error_code":40403,"message":")"}),
      read("a topic of another cluster", base + "/x/topics/orders", 404, {R"({"error_code":404,)"}),
      read("partitions", base + "/lkc-1/topics/orders/partitions", 200,
           {R"({"kind":"KafkaPartitionList",)", R"("partition_id":0})", R"("partition_id":11})"}),
      read("a partition", base + "/lkc-1/topics/orders/partitions/11", 200, {R"("partition_id":11})"}),
      read("an unknown partition", base + "/lkc-1/topics/orders/partitions/12", 404, {R"({"error_code":404,)"}),
      read("brokers", base + "/lkc-1/brokers", 200,
           {R"({"kind":"KafkaBrokerList",)", R"("broker_id":1,"host":"kafka-1","port":9092})"}),
  };
  for (const dialect_case& c : all) run(c);
}

TEST(RestProxyV3Test, AClusterThatNobodyKnowsYet) {
  gateway_fixture g;
  raw_client c(g.port());
  ASSERT_TRUE(c.send(request_of(read("", "/v3/clusters", 503, {}))));
  const auto a = c.answer();
  ASSERT_TRUE(a.has_value());
  EXPECT_EQ(a->status, 503);
  EXPECT_EQ(a->fields.at("retry-after"), "7");
}

TEST(RestProxyV3Test, SaysWhetherARecordThatIsNotStoredMayBeSentAgain) {
  const std::string entry = R"({"entries":[{"id":"a"}]})";
  struct row {
    outcome fate;
    const char* text;
  };
  for (const row& r : {row{outcome::not_persisted, R"(503,"message":"not_persisted: it is not stored, and safe)"},
                       row{outcome::possibly_persisted, R"(503,"message":"possibly_persisted: it may be stored)"}})
    for (const dialect_case& c : {post("a record", "{}", 200, {r.text}), batch("an entry", entry, 207, {r.text})}) {
      gateway_fixture g;
      g.world.name_cluster("lkc-1");
      g.publisher.settle_as(r.fate, reason::answer_timeout);
      raw_client client(g.port());
      ASSERT_TRUE(client.send(request_of(c)));
      const auto a = client.answer();
      ASSERT_TRUE(a.has_value());
      EXPECT_EQ(a->status, c.status);
      EXPECT_TRUE(a->has(r.text)) << a->body;
    }
}

// The broker's words for records, and what they are in the dialect.
TEST(RestProxyV3Test, SaysWhatBecameOfRecords) {
  struct row {
    outcome fate;
    reason why;
    const char* code;
  };
  for (const row& r :
       {row{outcome::rejected, reason::kafka_refused, "400"}, row{outcome::rejected, reason::message_too_large, "413"},
        row{outcome::not_persisted, reason::topic_gone, "503"},
        row{outcome::possibly_persisted, reason::producer_failed, "503"},
        row{outcome::blocked, reason::earlier_record_failed, "503"},
        row{outcome::not_persisted, reason::not_authorized, "403"}}) {
    gateway_fixture g;
    g.publisher.settle_as(r.fate, r.why);
    raw_client c(g.port());
    ASSERT_TRUE(c.send(request_of(post("", "{}", 0, {}))));
    const auto a = c.answer();
    ASSERT_TRUE(a.has_value());
    EXPECT_EQ(a->status, 200) << code(r.why);
    EXPECT_TRUE(a->has(std::string(R"({"error_code":)") + r.code + R"(,"message":")")) << a->body;
  }
}

}  // namespace
}  // namespace tests
