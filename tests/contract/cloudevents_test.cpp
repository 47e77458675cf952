// docs/cloudevents.md over real sockets: one row a case.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/contract/dialect_case.h"

namespace tests {
namespace {

using gateway::config::cloudevents_form;
using std::nullopt;
using texts = std::vector<std::string>;

const std::string path = "/v1/topics/orders/events";
const std::string structured_type = "Content-Type: application/cloudevents+json\r\n";
const std::string batch_type = "Content-Type: application/cloudevents-batch+json\r\n";
const std::string must = "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /shop\r\nce-type: order.made\r\n";
const std::string all_of = R"("specversion":"1.0","id":"1","source":"/shop","type":"order.made")";
const texts four = {"ce_specversion=1.0", "ce_id=1", "ce_source=/shop", "ce_type=order.made"};
const std::string ok = R"("persisted":1)";

texts with(texts more) {
  texts all = four;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// The headers that fields of the request bring stand first.
texts behind(texts first) {
  first.insert(first.end(), four.begin(), four.end());
  return first;
}

dialect_case fields(const char* name, std::string more, std::string body, int status, texts has,
                    std::vector<stored> records = {}) {
  return {name, "POST", path, std::move(more), std::move(body), status, std::move(has), std::move(records)};
}

dialect_case json(const char* name, std::string body, int status, texts has, std::vector<stored> records = {}) {
  return {name, "POST", path, structured_type, std::move(body), status, std::move(has), std::move(records)};
}

dialect_case wrong_field(const char* name, std::string more, texts has) {
  return fields(name, std::move(more), "x", 422, std::move(has));
}

dialect_case wrong_member(const char* name, const std::string& members, texts has) {
  return json(name, "{" + members + "}", 422, std::move(has));
}

TEST(CloudEventsTest, BinaryMode) {
  const std::vector<dialect_case> all = {
      fields("the four", must, "x", 200, {ok}, {{nullopt, "x", four}}),
      fields("data of a type", must + "Content-Type: text/plain\r\n", "x", 200, {ok},
             {{nullopt, "x", with({"content-type=text/plain"})}}),
      fields("JSON data as sent", must + "Content-Type: application/json; charset=utf-8\r\n", "{ \"a\": 1.0 }", 200,
             {ok}, {{nullopt, "{ \"a\": 1.0 }", with({"content-type=application/json; charset=utf-8"})}}),
      fields("no data is no tombstone", must, "", 200, {ok}, {{nullopt, "", four}}),
      fields("names in capitals", "CE-SpecVersion: 1.0\r\nCE-ID: 1\r\nCe-Source: /shop\r\ncE-type: order.made\r\n", "x",
             200, {ok}, {{nullopt, "x", four}}),
      fields("every attribute",
             must + "ce-subject: o-1\r\nce-time: 2026-11-28T04:05:06.7+01:00\r\nce-dataschema: urn:s\r\n", "x", 200,
             {ok},
             {{"o-1", "x", with({"ce_subject=o-1", "ce_time=2026-11-28T04:05:06.7+01:00", "ce_dataschema=urn:s"})}}),
      fields("an extension", must + "ce-myext1: 17\r\n", "x", 200, {ok}, {{nullopt, "x", with({"ce_myext1=17"})}}),
      fields("key from partitionkey before subject", must + "ce-subject: s\r\nce-partitionkey: p\r\n", "x", 200, {ok},
             {{"p", "x", with({"ce_subject=s", "ce_partitionkey=p"})}}),
      fields("percent-encoding, once", must + "ce-subject: %C3%A9%2520\r\n", "x", 200, {ok},
             {{"\xc3\xa9%20", "x", with({"ce_subject=\xc3\xa9%20"})}}),
      fields("a percent sign alone", must + "ce-subject: 100%\r\n", "x", 200, {ok},
             {{"100%", "x", with({"ce_subject=100%"})}}),
      fields("quotes are undone before percent-encoding", must + "ce-subject: \"a \\\"b\\\" %22\"\r\n", "x", 200, {ok},
             {{"a \"b\" \"", "x", with({"ce_subject=a \"b\" \""})}}),
      fields("raw UTF-8", must + "ce-subject: \xc3\xa9\r\n", "x", 200, {ok},
             {{"\xc3\xa9", "x", with({"ce_subject=\xc3\xa9"})}}),
      fields("a traceparent of the request",
             must + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n", "x", 200, {ok},
             {{nullopt, "x", behind({"traceparent=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})}}),
      fields("source is a relative reference", "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: a\r\nce-type: t\r\n", "x",
             200, {ok}, {{nullopt, "x"}}),
      fields("data of bytes", must + "Content-Type: application/octet-stream\r\n", std::string("\0\xff", 2), 200, {ok},
             {{nullopt, std::string("\0\xff", 2)}}),
      fields("JSON data that is null is data", must + "Content-Type: application/json\r\n", "null", 200, {ok},
             {{nullopt, "null"}}),
      fields("JSON data of another name", must + "Content-Type: application/vnd.shop+json\r\n", "[1]", 200, {ok},
             {{nullopt, "[1]"}}),
      // Refused.
      wrong_field("no specversion", "ce-id: 1\r\nce-source: /s\r\nce-type: t\r\n",
                  {"invalid_header", "'specversion' is missing"}),
      wrong_field("no id", "ce-specversion: 1.0\r\nce-source: /s\r\nce-type: t\r\n",
                  {"missing_event_id", "'id' is missing"}),
      wrong_field("no source", "ce-specversion: 1.0\r\nce-id: 1\r\nce-type: t\r\n", {"'source' is missing"}),
      wrong_field("no type", "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /s\r\n", {"missing_event_type"}),
      wrong_field("another specversion", "ce-specversion: 0.3\r\nce-id: 1\r\nce-source: /s\r\nce-type: t\r\n",
                  {"must be 1.0"}),
      wrong_field("an empty id", "ce-specversion: 1.0\r\nce-id:\r\nce-source: /s\r\nce-type: t\r\n",
                  {"invalid_event_id"}),
      wrong_field("an empty type", "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: /s\r\nce-type:\r\n",
                  {"invalid_event_type"}),
      wrong_field("an empty source", "ce-specversion: 1.0\r\nce-id: 1\r\nce-source:\r\nce-type: t\r\n", {"'source'"}),
      wrong_field("source with a space", "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: a b\r\nce-type: t\r\n",
                  {"'source'"}),
      wrong_field("source with a broken escape",
                  "ce-specversion: 1.0\r\nce-id: 1\r\nce-source: a%252\r\nce-type: t\r\n", {"'source'"}),
      wrong_field("an empty subject", must + "ce-subject:\r\n", {"'subject'"}),
      wrong_field("dataschema is relative", must + "ce-dataschema: /a\r\n", {"'dataschema'"}),
      wrong_field("time without a zone", must + "ce-time: 2026-11-28T04:05:06\r\n", {"invalid_timestamp"}),
      wrong_field("time of no such day", must + "ce-time: 2026-02-29T04:05:06Z\r\n", {"invalid_timestamp"}),
      wrong_field("time with a space", must + "ce-time: 2026-02-28 04:05:06Z\r\n", {"invalid_timestamp"}),
      wrong_field("time at 25 o'clock", must + "ce-time: 2026-02-28T25:05:06Z\r\n", {"invalid_timestamp"}),
      wrong_field("an attribute twice", must + "ce-id: 2\r\n", {"'id' stands twice"}),
      wrong_field("a name with a dash", must + "ce-my-ext: 2\r\n", {"impossible name"}),
      wrong_field("ce-data", must + "ce-data: 2\r\n", {"'data'"}),
      wrong_field("ce-datacontenttype", must + "ce-datacontenttype: text/plain\r\n", {"Content-Type"}),
      wrong_field("not UTF-8", must + "ce-subject: %FF\r\n", {"invalid_header", "not UTF-8"}),
      wrong_field("latin-1", must + "ce-subject: \xe9\r\n", {"not UTF-8"}),
      wrong_field("an open quote", must + "ce-subject: \"a\r\n", {"ce-subject"}),
      wrong_field("a control character", must + "ce-subject: a%0Ab\r\n", {"control characters"}),
      wrong_field("JSON that is none", must + "Content-Type: application/json\r\n", {"invalid_payload"}),
  };
  for (const dialect_case& c : all) run(c);
}

TEST(CloudEventsTest, StructuredMode) {
  const std::vector<dialect_case> all = {
      json("JSON data, its type set", "{" + all_of + R"(,"data":{"a": 1.0}})", 200, {ok},
           {{nullopt, R"({"a": 1.0})", with({"content-type=application/json"})}}),
      json("no data is no tombstone", "{" + all_of + "}", 200, {ok}, {{nullopt, "", four}}),
      json("data that is null is data", "{" + all_of + R"(,"data":null})", 200, {ok},
           {{nullopt, "null", with({"content-type=application/json"})}}),
      json("a string under JSON keeps its quotes", "{" + all_of + R"(,"data":"a\"b"})", 200, {ok},
           {{nullopt, R"("a\"b")"}}),
      json("a string under text is its text", "{" + all_of + R"(,"datacontenttype":"text/plain","data":"a\"b"})", 200,
           {ok}, {{nullopt, "a\"b", with({"content-type=text/plain"})}}),
      json("an object under text is its JSON", "{" + all_of + R"(,"datacontenttype":"text/plain","data":{"a":1}})", 200,
           {ok}, {{nullopt, R"({"a":1})"}}),
      json("bytes, without a type", "{" + all_of + R"(,"data_base64":"AP8="})", 200, {ok},
           {{nullopt, std::string("\0\xff", 2), four}}),
      json("bytes of a type", "{" + all_of + R"(,"datacontenttype":"image/png","data_base64":"AP8="})", 200, {ok},
           {{nullopt, std::string("\0\xff", 2), with({"content-type=image/png"})}}),
      json("members in any order", R"({"data":1,"type":"order.made","source":"/shop","id":"1","specversion":"1.0"})",
           200, {ok}, {{nullopt, "1"}}),
      json("a number and a truth as extensions", "{" + all_of + R"(,"n":-7,"b":true})", 200, {ok},
           {{nullopt, "", with({"ce_n=-7", "ce_b=true"})}}),
      json("null is unset", "{" + all_of + R"(,"subject":null,"x":null})", 200, {ok}, {{nullopt, "", four}}),
      json("escaped text", "{" + all_of + R"(,"subject":"\u00e9"})", 200, {ok},
           {{"\xc3\xa9", "", with({"ce_subject=\xc3\xa9"})}}),
      json("partitionkey", "{" + all_of + R"(,"subject":"s","partitionkey":"p"})", 200, {ok}, {{"p", ""}}),
      {"the type with a charset",
       "POST",
       path,
       "Content-Type: application/cloudevents+json; charset=UTF-8\r\n",
       "{" + all_of + "}",
       200,
       {ok},
       {{nullopt, ""}}},
      {"the envelope wins over ce- fields",
       "POST",
       path,
       structured_type + "ce-id: 99\r\n",
       "{" + all_of + "}",
       200,
       {ok},
       {{nullopt, "", four}}},
      // Refused.
      wrong_member("no id", R"("specversion":"1.0","source":"/s","type":"t")", {"missing_event_id"}),
      wrong_member("no type", R"("specversion":"1.0","source":"/s","id":"1")", {"missing_event_type"}),
      wrong_member("id is null", R"("specversion":"1.0","source":"/s","type":"t","id":null)", {"missing_event_id"}),
      wrong_member("id is a number", R"("specversion":"1.0","source":"/s","type":"t","id":1)", {"invalid_event_id"}),
      wrong_member("id is empty", R"("specversion":"1.0","source":"/s","type":"t","id":"")", {"invalid_event_id"}),
      wrong_member("specversion is a number", R"("specversion":1.0,"source":"/s","type":"t","id":"1")",
                   {"specversion"}),
      wrong_member("a fraction", all_of + R"(,"x":1.5)", {"invalid_header", "no whole number"}),
      wrong_member("a number of more than 32 bits", all_of + R"(,"x":2147483648)", {"no whole number"}),
      wrong_member("an object as attribute", all_of + R"(,"x":{})", {"object or array"}),
      wrong_member("a name in capitals", all_of + R"(,"myExt":"1")", {"impossible name"}),
      wrong_member("an attribute twice", all_of + R"(,"id":"2")", {"stands twice"}),
      wrong_member("data and data_base64", all_of + R"(,"data":1,"data_base64":"AA==")", {"invalid_payload"}),
      wrong_member("data twice", all_of + R"(,"data":1,"data":2)", {"invalid_payload", "data stands twice"}),
      wrong_member("data_base64 twice", all_of + R"(,"data_base64":"AA==","data_base64":"AA==")",
                   {"invalid_payload", "data_base64 stands twice"}),
      wrong_member("data_base64 is none", all_of + R"(,"data_base64":"!")", {"invalid_payload"}),
      wrong_member("time is no time", all_of + R"(,"time":"today")", {"invalid_timestamp"}),
      wrong_member("a control character", all_of + R"(,"subject":"a\u0001")", {"control characters"}),
      json("no object", "[]", 422, {"a JSON object"}),
      json("broken JSON", "{", 400, {R"("code":"invalid_json")"}),
      json("an empty body", "", 400, {R"("code":"no_events")"}),
      {"an envelope that is not JSON",
       "POST",
       path,
       "Content-Type: application/cloudevents+xml\r\n",
       "<a/>",
       415,
       {R"("code":"unsupported_media_type")"},
       {}},
      {"Headgate-Partial of another status",
       "POST",
       path,
       structured_type + "Headgate-Partial: 999\r\n",
       "{" + all_of + "}",
       400,
       {R"("code":"invalid_field")", "Headgate-Partial"},
       {}},
      {"a charset twice",
       "POST",
       path,
       "Content-Type: application/cloudevents+json; charset=utf-8; charset=utf-16\r\n",
       "{}",
       415,
       {R"("code":"unsupported_charset")"},
       {}},
      {"another charset",
       "POST",
       path,
       "Content-Type: application/cloudevents+json; charset=latin1\r\n",
       "{}",
       415,
       {},
       {}},
      {"a key of the events API",
       "POST",
       path,
       structured_type + "Headgate-Key: k\r\n",
       "{}",
       400,
       {"partitionkey"},
       {}},
  };
  for (const dialect_case& c : all) run(c);
}

TEST(CloudEventsTest, BatchMode) {
  const auto batch = [](const char* name, std::string body, int status, texts has, std::vector<stored> records = {}) {
    return dialect_case{name, "POST", path, batch_type, std::move(body), status, std::move(has), std::move(records)};
  };
  const std::string one = "{" + all_of + R"(,"data":1})";
  const std::string two = R"({"specversion":"1.0","id":"2","source":"/s","type":"t","data":2})";
  const std::vector<dialect_case> all = {
      batch("one", "[" + one + "]", 200, {ok}, {{nullopt, "1", with({"content-type=application/json"})}}),
      batch("two", "[" + one + " , " + two + "]", 200, {R"("persisted":2)"}, {{nullopt, "1"}, {nullopt, "2"}}),
      batch("a wrong one leaves the others", "[" + one + R"(,{"id":"x"},)" + two + "]", 207,
            {R"("persisted":2)", R"("index":1,"outcome":"rejected")"}, {{nullopt, "1"}, {nullopt, "2"}}),
      batch("none is right", R"([{},7])", 422, {R"("index":0)", R"("index":1)"}),
      batch("empty", "[]", 400, {R"("code":"no_events")"}),
      batch("no array", one, 400, {R"("code":"invalid_json")"}),
      batch("broken", "[" + one, 400, {R"("code":"invalid_json")"}),
  };
  for (const dialect_case& c : all) run(c);
}

TEST(CloudEventsTest, StructuredRecordsWhereTheTopicSaysSo) {
  gateway::config::settings s;
  s.topics.emplace_back().cloudevents = cloudevents_form::structured;
  const texts type = {"content-type=application/cloudevents+json; charset=UTF-8"};
  const std::string sent = "{ " + all_of + R"(, "data": {"a":1} })";
  run(json("as sent", sent, 200, {ok}, {{nullopt, sent, type}}), s);
  run(fields("fields and JSON", must + "Content-Type: application/json\r\n", R"({"a":1})", 200, {ok},
             {{nullopt, "{" + all_of + R"(,"datacontenttype":"application/json","data":{"a":1}})", type}}),
      s);
  run(fields("fields and text", must + "Content-Type: text/plain\r\n", "a\"b", 200, {ok},
             {{nullopt, "{" + all_of + R"(,"datacontenttype":"text/plain","data":"a\"b"})", type}}),
      s);
  run(fields("fields and bytes", must, std::string("\0\xff", 2), 200, {ok},
             {{nullopt, "{" + all_of + R"(,"data_base64":"AP8="})", type}}),
      s);
  run(fields("fields alone", must, "", 200, {ok}, {{nullopt, "{" + all_of + "}", type}}), s);
}

TEST(CloudEventsTest, KeysWhereTheTopicSaysSo) {
  gateway::config::settings s;
  s.topics.emplace_back().cloudevents_key = {"data", "subject"};
  run(json("in the data", "{" + all_of + R"(,"subject":"s","data":{"aggregateId":"o-1"}})", 200, {ok},
           {{"o-1", R"({"aggregateId":"o-1"})"}}),
      s);
  run(json("not in the data", "{" + all_of + R"(,"subject":"s","partitionkey":"p","data":{}})", 200, {ok},
           {{"s", "{}"}}),
      s);
  s.topics[0].cloudevents_key = {"partitionkey"};
  run(json("subject is no key then", "{" + all_of + R"(,"subject":"s"})", 200, {ok}, {{nullopt, ""}}), s);
}

TEST(CloudEventsTest, WhatTheTopicAsksOfEvents) {
  gateway::config::settings s;
  s.topics.emplace_back().event_headers = true;
  s.topics[0].timestamp_pointer = "/at";
  s.topics[0].headers = {"X-Request-Id"};
  texts all = four;
  all.insert(all.begin(), "X-Request-Id=r-1");
  all.insert(all.end(), {"content-type=application/json", "event-type=order.made", "event-id=1"});
  run(fields("headers", must + "Content-Type: application/json\r\nX-Request-Id: r-1\r\n", R"({"at":1612552482000})",
             200, {ok}, {{nullopt, R"({"at":1612552482000})", all}}),
      s);
  run(fields("a time that is none", must + "Content-Type: application/json\r\n", R"({"at":"soon"})", 422,
             {"invalid_timestamp"}),
      s);
  gateway_fixture g(s);
  raw_client c(g.port());
  ASSERT_TRUE(c.send(request_of(json("", "{" + all_of + R"(,"data":{"at":"2021-02-05T19:14:42Z"}})", 0, {}))));
  ASSERT_TRUE(c.answer().has_value());
  ASSERT_EQ(g.publisher.records().size(), 1U);
  EXPECT_EQ(g.publisher.records()[0].timestamp_ms, 1612552482000);
}

TEST(CloudEventsTest, WebhookHandshake) {
  const auto ask = [](const char* name, std::string more, int status, texts has) {
    return dialect_case{name, "OPTIONS", path, std::move(more), "", status, std::move(has), {}};
  };
  run(ask("consent", "WebHook-Request-Origin: eventemitter.example.com\r\n", 200,
          {"Allow: POST, OPTIONS", "WebHook-Allowed-Origin: eventemitter.example.com"}));
  run(ask("with a rate", "WebHook-Request-Origin: e.example.com\r\nWebHook-Request-Rate: 120\r\n", 200,
          {"WebHook-Allowed-Origin: e.example.com", "WebHook-Allowed-Rate: *"}));
  run(ask("nobody asks", "", 204, {"Allow: POST, OPTIONS"}));
  for (const char* other : {"/v1/events", "/v1/topics/orders/records/k"}) {
    dialect_case elsewhere =
        ask("where no CloudEvents are taken", "WebHook-Request-Origin: e.example.com\r\n", 204, {"Allow: "});
    elsewhere.target = other;
    run(elsewhere);
  }
  gateway_fixture g;
  raw_client c(g.port());
  ASSERT_TRUE(c.send(request_of(ask("no name", "WebHook-Request-Origin: a b\r\n", 204, {}))));
  const auto a = c.answer();
  ASSERT_TRUE(a.has_value());
  EXPECT_EQ(a->fields.count("webhook-allowed-origin"), 0U);
}

TEST(CloudEventsTest, HaveTheirTopicInThePath) {
  for (const std::string& more : {structured_type, must, must + "Content-Type: application/json\r\n"})
    run({"mixed events",
         "POST",
         "/v1/events",
         more,
         "{}",
         415,
         {R"("code":"unsupported_media_type")", "cloudevents.md"},
         {}});
}

TEST(CloudEventsTest, AskForEachResultAndForNoAck) {
  dialect_case c = fields("each", must, "x", 200, {R"("results":[{"index":0,"outcome":"persisted")"}, {{nullopt, "x"}});
  c.target += "?results=each";
  run(c);
  dialect_case none = fields("ack=none", must, "x", 202, {R"("accepted":1)"}, {{nullopt, "x"}});
  none.target += "?ack=none";
  gateway_fixture g;
  raw_client client(g.port());
  ASSERT_TRUE(client.send(request_of(none)));
  const auto a = client.answer();
  ASSERT_TRUE(a.has_value());
  EXPECT_EQ(a->status, 202);
}

}  // namespace
}  // namespace tests
