// The event store over real sockets, as docs/event-store.md says it, on a log in memory and a real index.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "metrics/events.h"
#include "store/topic_check.h"
#include "tests/contract/store_case.h"

namespace tests {
namespace {

using namespace std::chrono_literals;

TEST_F(StoreContractTest, AnAppendIsAnsweredWithVersionsPositionsAndToken) {
  const auto a = append("cart-7", R"([{"eventId":"e-1","n":1},{"eventId":"e-2","n":2}])", "Expected-Version: 0\r\n");
  EXPECT_EQ(a.status, 201) << a.body;
  EXPECT_EQ(field(a, "etag"), "\"2\"");
  EXPECT_EQ(field(a, "headgate-aggregate-version"), "2");
  EXPECT_TRUE(a.has(R"({"aggregate":"cart-7","version":2,"events":2,"first_version":1,"partition":)")) << a.body;
  EXPECT_TRUE(a.has(R"("first_offset":0,"last_offset":1,"token":")")) << a.body;
  EXPECT_FALSE(a.has("duplicate"));
  const auto records = log.records("carts");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1].key, "cart-7");
  EXPECT_EQ(records[1].value, R"({"eventId":"e-2","n":2})");
  const std::vector<std::pair<std::string, std::string>> headers{{"aggregate-version", "2"}, {"event-id", "e-2"}};
  EXPECT_EQ(records[1].headers, headers);
}

TEST_F(StoreContractTest, AnotherVersionIsAConflictAndNothingIsWritten) {
  EXPECT_EQ(append("c", R"({"n":1})", "Expected-Version: 0\r\n").status, 201);
  const auto a = append("c", R"({"n":2})", "Expected-Version: 0\r\n");
  EXPECT_EQ(a.status, 409);
  EXPECT_EQ(field(a, "content-type"), "application/problem+json");
  EXPECT_TRUE(a.has(R"("code":"version_conflict")")) << a.body;
  EXPECT_TRUE(a.has(R"("current_version":1)")) << a.body;
  EXPECT_EQ(field(a, "etag"), "\"1\"");
  EXPECT_EQ(append("c", R"({"n":2})", "Expected-Version: 7\r\n").status, 409);
  EXPECT_EQ(log.records("carts").size(), 1U);
  EXPECT_EQ(append("c", R"({"n":2})", "Expected-Version: 1\r\n").status, 201);
}

TEST_F(StoreContractTest, HttpsOwnPreconditionsAre412) {
  EXPECT_EQ(append("c", R"({"n":1})", "If-None-Match: *\r\n").status, 201);
  const auto exists = append("c", R"({"n":1})", "If-None-Match: *\r\n");
  EXPECT_EQ(exists.status, 412);
  EXPECT_TRUE(exists.has(R"("code":"precondition_failed")"));
  EXPECT_TRUE(exists.has(R"("current_version":1)"));
  EXPECT_EQ(append("c", R"({"n":2})", "If-Match: \"0\"\r\n").status, 412);
  EXPECT_EQ(append("c", R"({"n":2})", "If-Match: \"1\"\r\n").status, 201);
  EXPECT_EQ(append("c", R"({"n":3})", "If-Match: W/\"2\"\r\n").status, 201);
}

TEST_F(StoreContractTest, AReadOfAVersionThatTheClientKnowsIs304) {
  append("c", R"([{"n":1},{"n":2}])");
  for (const char* known : {"\"2\"", "W/\"2\"", "\"1\", \"2\"", "*"}) {
    const auto a = ask(*client, read_of("c", "", "If-None-Match: " + std::string(known) + "\r\n"), true);
    EXPECT_EQ(a.status, 304) << known;
    EXPECT_EQ(field(a, "etag"), "\"2\"");
    EXPECT_EQ(field(a, "content-length"), "none");
  }
  EXPECT_EQ(read("c", "", "If-None-Match: \"1\"\r\n").status, 200);
  EXPECT_EQ(read("nobody", "", "If-None-Match: *\r\n").status, 200);
  append("c", R"({"n":3})");
  EXPECT_TRUE(read("c", "", "If-None-Match: \"2\"\r\n").has(R"({"n":3})"));
}

TEST_F(StoreContractTest, WithoutAnExpectedVersionItIsAlwaysTaken) {
  EXPECT_EQ(append("c", R"({"n":1})").status, 201);
  EXPECT_EQ(field(append("c", R"({"n":2})", "Expected-Version: any\r\n"), "etag"), "\"2\"");
}

TEST_F(StoreContractTest, ARetryIsADuplicateWithTheFirstPositions) {
  const std::string body = R"([{"eventId":"1"},{"eventId":2}])";
  const auto first = append("c", body, "Expected-Version: 0\r\n");
  EXPECT_EQ(append("c", R"({"eventId":"3"})").status, 201);
  const auto again = append("c", body, "Expected-Version: 0\r\n");
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_TRUE(again.has(R"("version":2,"events":2,"first_version":1,)")) << again.body;
  EXPECT_TRUE(again.has(R"("first_offset":0,"last_offset":1,)"));
  EXPECT_TRUE(again.has(R"("duplicate":true)"));
  EXPECT_EQ(append("c", body).status, 200) << "with any as well";
  EXPECT_EQ(append("c", body, "If-None-Match: *\r\n").status, 200);
  EXPECT_EQ(append("c", R"([{"eventId":"1"},{"eventId":"x"}])", "Expected-Version: 0\r\n").status, 409);
  EXPECT_EQ(log.records("carts").size(), 3U);
}

TEST_F(StoreContractTest, IdsOfOpaqueEventsAndOfRequestsAreFields) {
  const auto opaque = [&](std::string_view fields) {
    return ask(*client, append_to("c", "\x01\x02 no json", fields, "", "application/octet-stream"));
  };
  EXPECT_EQ(opaque("Headgate-Event-Id: o-1\r\n").status, 201);
  EXPECT_EQ(opaque("Headgate-Event-Id: o-1\r\n").status, 200);
  EXPECT_EQ(opaque("Headgate-Event-Id: o-2\r\n").status, 201);
  const std::string two = R"([{"n":1},{"n":2}])";
  EXPECT_EQ(append("d", two, "Idempotency-Key: \"8e03978e\"\r\n").status, 201);
  EXPECT_EQ(append("d", two, "Idempotency-Key: 8e03978e\r\n").status, 200);
  EXPECT_EQ(append("d", two, "Idempotency-Key: other\r\n").status, 201);
  EXPECT_EQ(append("d", two, "Headgate-Event-Id: o-1\r\n").status, 400);
}

TEST_F(StoreContractTest, AllOfAnAppendIsWrittenOrNone) {
  const auto broken = ask(*client, append_to("c", "{\"n\":1}\n{\"n\":\n{\"n\":3}\n", "", "", "application/x-ndjson"));
  EXPECT_EQ(broken.status, 422);
  EXPECT_TRUE(broken.has(R"("code":"invalid_event")")) << broken.body;
  EXPECT_TRUE(broken.has("event 1: line 2")) << broken.body;
  EXPECT_EQ(append("c", R"({"eventId":{}})").status, 422);
  EXPECT_EQ(append("c", "[]").status, 400);
  EXPECT_EQ(append("c", "[1").status, 400);
  EXPECT_TRUE(log.records("carts").empty());
}

TEST_F(StoreContractTest, WhatOneRecordBatchCannotHoldIs413WithTheLimit) {
  gateway::config::settings s;
  s.store.append_events_max = 2;
  restart(s);
  const auto many = append("c", "[{},{},{}]");
  EXPECT_EQ(many.status, 413);
  EXPECT_TRUE(many.has(R"("code":"append_too_large")")) << many.body;
  const std::string large = R"({"x":")" + std::string(600'000, 'x') + "\"}";
  const auto bytes = append("c", "[" + large + "," + large + "]");
  EXPECT_EQ(bytes.status, 413);
  EXPECT_TRUE(bytes.has(R"("limit":1048588)")) << bytes.body;
  EXPECT_EQ(append("c", large).status, 201);
  EXPECT_EQ(append("c", "[{},{}]").status, 201);
}

TEST_F(StoreContractTest, ImpossibleFieldsAndParametersAreSaid) {
  const auto status = [&](std::string_view fields) { return append("c", R"({"n":1})", fields).status; };
  EXPECT_EQ(status("Expected-Version: -1\r\n"), 400);
  EXPECT_EQ(status("Expected-Version: 1.0\r\n"), 400);
  EXPECT_EQ(status("Expected-Version: \r\n"), 400);
  EXPECT_EQ(status("Expected-Version: 0\r\nExpected-Version: 0\r\n"), 400);
  EXPECT_EQ(status("Expected-Version: 0\r\nIf-Match: \"0\"\r\n"), 400);
  EXPECT_EQ(status("If-Match: *\r\n"), 400);
  EXPECT_EQ(status("If-None-Match: \"1\"\r\n"), 400);
  EXPECT_EQ(status("Idempotency-Key: \r\n"), 400);
  EXPECT_EQ(status("Headgate-Event-Id: " + std::string(257, 'x') + "\r\n"), 400);
  EXPECT_EQ(ask(*client, append_to("c", "{}", "", "?what=1")).status, 400);
  EXPECT_EQ(ask(*client, append_to("c", "{}", "", "?timeout_ms=0")).status, 400);
  EXPECT_EQ(ask(*client, append_to("c%ff", "{}")).status, 400);
  EXPECT_EQ(read("c", "?from=0").status, 400);
  EXPECT_EQ(read("c", "?limit=x").status, 400);
  EXPECT_EQ(read("c", "?limit=1&limit=2").status, 400);
  EXPECT_EQ(read("c", "?direction=sideways").status, 400);
  EXPECT_EQ(read("c", "?token=4").status, 400);
  EXPECT_EQ(read("c", "?fresh=1").status, 400);
  EXPECT_TRUE(log.records("carts").empty());
}

TEST_F(StoreContractTest, ATopicThatIsNoStoreHasNoAggregates) {
  const auto a = ask(*client, get("/v1/topics/orders/aggregates/a/events"));
  EXPECT_EQ(a.status, 404);
  EXPECT_TRUE(a.has(R"("code":"not_a_store")")) << a.body;
  EXPECT_EQ(ask(*client, get("/v1/topics/nowhere/aggregates/a/events")).status, 404);
}

TEST_F(StoreContractTest, ReadsAreArraysOfExactBytes) {
  const std::string odd = "{ \"eventId\" : \"e\",\n  \"x\":1.0e0 , \"\\u00e9\":\"\xc3\xa9\"}";
  append("c", odd);
  append("c", R"({"n":2})");
  const auto a = read("c");
  EXPECT_EQ(a.status, 200);
  EXPECT_EQ(field(a, "content-type"), "application/json");
  EXPECT_EQ(field(a, "etag"), "\"2\"");
  EXPECT_EQ(field(a, "headgate-aggregate-version"), "2");
  EXPECT_EQ(a.body.find(R"([{"version":1,"offset":0,"timestamp":)"), 0U) << a.body;
  EXPECT_TRUE(a.has("\"event\":" + odd + "},{\"version\":2,\"offset\":1,")) << a.body;
  EXPECT_TRUE(a.body.ends_with("\"event\":{\"n\":2}}]")) << a.body;
}

TEST_F(StoreContractTest, ReadsAreLinesWhereThatIsAccepted) {
  append("c", "{\"a\":\n1}");
  append("c", R"({"a":2})");
  const auto a = read("c", "", "Accept: application/x-ndjson\r\n");
  EXPECT_EQ(field(a, "content-type"), "application/x-ndjson");
  EXPECT_EQ(std::count(a.body.begin(), a.body.end(), '\n'), 2) << a.body;
  EXPECT_TRUE(a.has("\"event\":{\"a\": 1}}\n{\"version\":2")) << a.body;
  EXPECT_EQ(field(read("c", "", "Accept: application/json, application/x-ndjson\r\n"), "content-type"),
            "application/json");
  EXPECT_EQ(read("nobody", "", "Accept: application/x-ndjson\r\n").body, "");
}

TEST_F(StoreContractTest, WhatIsNoJsonIsReadAsBase64) {
  ask(*client, append_to("c", std::string("\x00\xff!", 3), "", "", "application/octet-stream"));
  EXPECT_TRUE(read("c").has(R"("event_base64":"AP8h"})")) << read("c").body;
}

TEST_F(StoreContractTest, RangesGoForwardAndBackward) {
  append("c", R"([{"n":1},{"n":2},{"n":3},{"n":4}])");
  const auto versions = [&](std::string_view query) {
    std::string seen;
    const std::string body = read("c", query).body;
    for (std::size_t at = body.find("\"version\":"); at != std::string::npos; at = body.find("\"version\":", at + 1))
      seen += body[at + 10];
    return seen;
  };
  EXPECT_EQ(versions(""), "1234");
  EXPECT_EQ(versions("?from=2&limit=2"), "23");
  EXPECT_EQ(versions("?direction=backward"), "4321");
  EXPECT_EQ(versions("?direction=backward&from=3&limit=2"), "32");
  EXPECT_EQ(versions("?from=5"), "");
  EXPECT_EQ(read("c", "?from=5").body, "[]");
}

TEST_F(StoreContractTest, AnAggregateWithoutEventsHasVersion0) {
  const auto a = read("nobody");
  EXPECT_EQ(a.status, 200);
  EXPECT_EQ(a.body, "[]");
  EXPECT_EQ(field(a, "headgate-aggregate-version"), "0");
}

TEST_F(StoreContractTest, HeadSaysTheVersionAlone) {
  append("c", R"([{"n":1},{"n":2}])");
  const auto a = ask(*client, "HEAD /v1/topics/carts/aggregates/c/events HTTP/1.1\r\nHost: t\r\n\r\n", true);
  EXPECT_EQ(a.status, 200);
  EXPECT_EQ(field(a, "etag"), "\"2\"");
  EXPECT_EQ(read("c", "?limit=1").status, 200) << "the connection is still in step";
}

TEST_F(StoreContractTest, NamesAreAnyUtf8) {
  EXPECT_EQ(append("a%2Fb%20%C3%A9", R"({"n":1})").status, 201);
  EXPECT_EQ(log.records("carts").at(0).key, "a/b \xc3\xa9");
  EXPECT_EQ(field(read("a%2Fb%20%C3%A9"), "etag"), "\"1\"");
}

TEST_F(StoreContractTest, LongReadsAreStreamed) {
  const std::string fat = R"({"x":")" + std::string(5000, 'x') + "\"}";
  std::string hundred = "[" + fat;
  for (int i = 1; i < 100; ++i) hundred += "," + fat;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(append("c", hundred + "]").status, 201);
  EXPECT_TRUE(client->send(read_of("c", "?limit=5000")));
  EXPECT_TRUE(client->send("GET /healthz HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"));
  const std::string all = client->everything(20s);
  EXPECT_NE(all.find("Transfer-Encoding: chunked"), std::string::npos);
  for (int v = 1; v <= 1000; ++v)
    ASSERT_NE(all.find("{\"version\":" + std::to_string(v) + ","), std::string::npos) << v;
  EXPECT_NE(all.find("\"}}]\r\n0\r\n\r\nHTTP/1.1 200"), std::string::npos);
}

TEST_F(StoreContractTest, AReadWaitsForWhatItWantsToSee) {
  append("c", R"({"n":1})");
  const auto late = read("c", "?at_least=2&wait_ms=50");
  EXPECT_EQ(late.status, 504);
  EXPECT_TRUE(late.has(R"("code":"not_visible_yet")")) << late.body;
  EXPECT_TRUE(client->send(read_of("c", "?at_least=2&wait_ms=9000")));
  raw_client other(gate->port());
  std::this_thread::sleep_for(50ms);
  const auto second = ask(other, append_to("c", R"({"n":2})"));
  EXPECT_EQ(second.status, 201);
  const auto seen = client->answer();
  ASSERT_TRUE(seen);
  EXPECT_EQ(field(*seen, "etag"), "\"2\"");
  const std::string partition = second.body.substr(second.body.find("\"token\":\"") + 9, 1);
  EXPECT_EQ(read("c", "?token=" + partition + ":1").status, 200);
  EXPECT_EQ(read("c", "?wait_ms=0&token=" + partition + ":99").status, 504);
  EXPECT_EQ(read("c", "?token=9:1").status, 400) << "of another partition";
}

TEST_F(StoreContractTest, AClientThatDoesNotWaitAnyMoreHarmsNobody) {
  {
    raw_client impatient(gate->port());
    EXPECT_TRUE(impatient.send(read_of("c", "?at_least=2&wait_ms=9000")));
    EXPECT_TRUE(impatient.send(append_to("c", R"({"n":0})")));
    std::this_thread::sleep_for(20ms);
  }
  std::this_thread::sleep_for(20ms);
  append("c", R"({"n":1})");
  append("c", R"({"n":2})");
  EXPECT_EQ(read("c").status, 200);
}

TEST_F(StoreContractTest, FreshAsksKafka) {
  append("c", R"({"n":1})");
  EXPECT_EQ(read("c", "?fresh=true").status, 200);
  for (auto& o : gate->owned()) o->hold();
  EXPECT_TRUE(client->send(read_of("c", "?fresh=true")));
  EXPECT_FALSE(client->answer(100ms)) << "nothing is answered before Kafka has spoken";
}

TEST_F(StoreContractTest, WithoutAnOwnerItIs503) {
  append("c", R"({"n":1})");
  for (auto& o : gate->owned()) o->lose_all();
  const auto a = append("c", R"({"n":2})");
  EXPECT_EQ(a.status, 503);
  EXPECT_TRUE(a.has(R"("code":"no_owner")")) << a.body;
  EXPECT_EQ(field(a, "retry-after"), "1");
  EXPECT_EQ(read("c").status, 503);
  const auto plain = ask(*client, post(R"({"aggregateId":"c","n":2})", "application/json", "", "", "carts"));
  EXPECT_EQ(plain.status, 503);
  EXPECT_TRUE(plain.has(R"("code":"no_owner")")) << plain.body;
  EXPECT_EQ(log.records("carts").size(), 1U);
}

TEST_F(StoreContractTest, WhereKafkaIsNotSetUpForItATopicIsNotServedAndTheAnswerSaysWhy) {
  append("c", R"({"n":1})");
  store::topic_verdict unfit{"carts", {{true, "cleanup.policy=compact; set it to delete"}}, 60s, 0};
  gate->stores().judge({unfit});
  const auto a = append("c", R"({"n":2})");
  EXPECT_EQ(a.status, 503);
  EXPECT_TRUE(a.has(R"("code":"store_unfit")")) << a.body;
  EXPECT_TRUE(a.has("cleanup.policy=compact; set it to delete")) << a.body;
  EXPECT_NE(field(a, "retry-after"), "none");
  EXPECT_TRUE(read("c").has(R"("code":"store_unfit")"));
  gate->stores().judge({{"carts", {{false, "one replica"}}, 60s, 0}});
  EXPECT_EQ(append("c", R"({"n":2})").status, 201) << "a weakness is no reason";
}

TEST_F(StoreContractTest, TheTopicsOwnLimitHoldsForAnAppend) {
  gate->stores().judge({{"carts", {}, 60s, 2000}});
  const auto large = append("c", R"({"x":")" + std::string(2000, 'x') + "\"}");
  EXPECT_EQ(large.status, 413);
  EXPECT_TRUE(large.has(R"("limit":2000)")) << large.body;
  EXPECT_EQ(append("c", R"({"x":")" + std::string(1000, 'x') + "\"}").status, 201);
}

TEST_F(StoreContractTest, AnIndexThatIsDamagedWhileItRunsIsMadeAnewFromTheLog) {
  const auto thrown_away = metrics::happened_total(metrics::happening::store_index_thrown_away);
  std::string fat = R"(","x":")";  // a block of a file each, and more
  for (unsigned x = 1; fat.size() < 20'000; x = x * 1664525 + 1013904223)
    fat += static_cast<char>('a' + (x >> 24) % 26);
  fat += "\"}";
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(append("c" + std::to_string(i % 5), R"({"eventId":")" + std::to_string(i) + fat).status, 201);
  restart();  // so that the events are in files
  for (const auto& file : std::filesystem::directory_iterator(folder.path))
    if (file.path().extension() == ".sst") {
      std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
      const std::string zeros(static_cast<std::size_t>(file.file_size()) / 2, '\0');
      bytes.write(zeros.data(), static_cast<std::streamsize>(zeros.size()));
    }
  const auto until = std::chrono::steady_clock::now() + 20s;
  const auto is_whole = [&] {
    for (int i = 0; i < 5; ++i) {
      const http_answer a = read("c" + std::to_string(i));
      EXPECT_TRUE(a.status == 200 || a.status == 503) << a.body;
      if (a.status != 200 || field(a, "etag") != "\"4\"" || !a.body.ends_with("\"}}]")) return false;
    }
    return true;
  };
  while (!is_whole() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(20ms);
  EXPECT_EQ(metrics::happened_total(metrics::happening::store_index_thrown_away), thrown_away + 1);
  EXPECT_EQ(append("c0", R"({"eventId":"0"})", "Expected-Version: 0\r\n").status, 200) << "ids are known again";
  EXPECT_EQ(append("c0", R"({"eventId":"new"})", "Expected-Version: 4\r\n").status, 201);
}

TEST_F(StoreContractTest, WhatKafkaRefusesIsSaidAndVersionsStay) {
  for (auto& o : gate->owned()) o->settle_as(batching::outcome::rejected, batching::reason::kafka_refused);
  const auto refused = append("c", R"({"n":1})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_TRUE(refused.has("kafka_refused")) << refused.body;
  for (auto& o : gate->owned()) o->settle_as(batching::outcome::persisted);
  EXPECT_EQ(field(append("c", R"({"n":1})", "Expected-Version: 0\r\n"), "etag"), "\"1\"");
}

TEST_F(StoreContractTest, AnAppendThatIsNotSettledInTimeIsNotKnown) {
  for (auto& o : gate->owned()) o->hold();
  const auto late =
      ask(*client, append_to("c", R"({"eventId":"e","n":1})", "Expected-Version: 0\r\n", "?timeout_ms=50"));
  EXPECT_EQ(late.status, 504);
  EXPECT_TRUE(late.has(R"("code":"append_unknown")")) << late.body;
  for (auto& o : gate->owned()) o->release();
  const auto again = append("c", R"({"eventId":"e","n":1})", "Expected-Version: 0\r\n");
  EXPECT_EQ(again.status, 200) << "the same request finds its event: " << again.body;
}

TEST_F(StoreContractTest, EverythingIsThereAfterARestart) {
  append("c", R"([{"eventId":"1"},{"eventId":"2"}])", "Expected-Version: 0\r\n");
  restart();
  EXPECT_EQ(field(read("c"), "etag"), "\"2\"");
  EXPECT_EQ(append("c", R"([{"eventId":"1"},{"eventId":"2"}])", "Expected-Version: 0\r\n").status, 200);
  EXPECT_EQ(field(append("c", R"({"n":3})", "Expected-Version: 2\r\n"), "etag"), "\"3\"");
  client.reset();
  gate.reset();
  std::filesystem::remove_all(folder.path);
  restart();
  EXPECT_EQ(field(read("c"), "etag"), "\"3\"") << "folded from the log alone";
  EXPECT_TRUE(read("c").has(R"("event":{"eventId":"2"}})"));
}

// Eight writers on two connections each add to one counter as event-sourced programs do: read, decide, append, again
// after a conflict. No step may be lost.
TEST_F(StoreContractTest, CollidingWritersMakeOneChain) {
  constexpr int writers = 8;
  constexpr int steps = 20;
  std::vector<std::jthread> threads;
  for (int w = 0; w < writers; ++w)
    threads.emplace_back([&, w] {
      raw_client c(gate->port());
      for (int s = 0; s < steps; ++s)
        for (int status = 0; status != 201;) {
          const std::string version = field(ask(c, read_of("shared", "?limit=1")), "headgate-aggregate-version");
          status = ask(c, append_to("shared", R"({"eventId":")" + std::to_string(w * 1000 + s) + R"("})",
                                    "Expected-Version: " + version + "\r\n"))
                       .status;
          ASSERT_TRUE(status == 201 || status == 409) << status;
        }
    });
  threads.clear();
  EXPECT_EQ(field(read("shared"), "etag"), "\"" + std::to_string(writers * steps) + "\"");
  std::set<std::string> values;
  for (const auto& r : log.records("carts")) values.insert(r.value);
  EXPECT_EQ(values.size(), static_cast<std::size_t>(writers * steps));
}

}  // namespace
}  // namespace tests
