// The bytes on the wire: pieces, pipelines, chunks, slow and vanishing clients.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"

namespace tests {
namespace {

using namespace std::chrono_literals;

gateway::config::settings quick() {
  gateway::config::settings s;
  s.limits.head_time_max = 400ms;
  s.limits.body_time_max = 400ms;
  s.limits.idle_time_max = 800ms;
  return s;
}

const std::string chunked_head = "POST /v1/topics/orders/events HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n";

bool await_records(gateway_fixture& g, std::size_t n) {
  for (int i = 0; i < 500 && g.publisher.records().size() < n; ++i) std::this_thread::sleep_for(10ms);
  return g.publisher.records().size() == n;
}

TEST(HttpWireTest, ReadsARequestByteForByte) {
  gateway_fixture g;
  raw_client c(g.port());
  for (const char byte : post(R"({"aggregateId":"k"})")) {
    c.send({&byte, 1});
    std::this_thread::sleep_for(200us);
  }
  EXPECT_EQ(c.answer()->status, 200);
  EXPECT_EQ(g.publisher.records().at(0).value, R"({"aggregateId":"k"})");
}

TEST(HttpWireTest, AnswersAPipelineInOrder) {
  gateway_fixture g;
  raw_client c(g.port());
  std::string all;
  for (int i = 0; i < 100; ++i)
    all += i % 10 == 9 ? get("/healthz")
                       : post("{\"n\":" + std::to_string(i) + "}", i % 10 == 5 ? "text/plain" : "application/json");
  c.send(all);
  for (int i = 0; i < 100; ++i) {
    const auto a = c.answer();
    ASSERT_TRUE(a) << i;
    EXPECT_EQ(a->has("alive"), i % 10 == 9) << i;
    EXPECT_EQ(a->status, 200);
  }
  EXPECT_TRUE(await_records(g, 90));
}

TEST(HttpWireTest, HoldsNoMoreThanItsShareOfAPipeline) {
  gateway::config::settings s;
  s.limits.pipelined_requests_max = 4;
  gateway_fixture g(s);
  g.publisher.hold();
  raw_client c(g.port());
  std::string all;
  for (int i = 0; i < 50; ++i) all += post("{}");
  c.send(all);
  std::this_thread::sleep_for(200ms);
  EXPECT_LE(g.publisher.held(), 4U);
  g.publisher.release();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(c.answer()) << i;
  EXPECT_EQ(g.publisher.records().size(), 50U);
}

TEST(HttpWireTest, AnAnswerWaitsForTheOneBeforeIt) {
  gateway_fixture g;
  g.publisher.hold();
  raw_client c(g.port());
  c.send(post("{}") + get("/healthz"));
  EXPECT_FALSE(c.answer(300ms));
  g.publisher.release();
  EXPECT_TRUE(c.answer()->has("persisted"));
  EXPECT_TRUE(c.answer()->has("alive"));
}

TEST(HttpWireTest, TakesChunkedBodiesInAnyPieces) {
  gateway_fixture g;
  const std::string request =
      chunked_head + "Content-Type: application/json\r\n\r\n5;x=y\r\n{\"a\":\r\n3\r\n1}\n\r\n0\r\nT: v\r\n\r\n";
  for (std::size_t piece = 1; piece <= request.size(); piece += 7) {
    raw_client c(g.port());
    for (std::size_t at = 0; at < request.size(); at += piece) {
      c.send(request.substr(at, piece));
      std::this_thread::sleep_for(300us);
    }
    c.send(get("/healthz"));
    EXPECT_TRUE(c.answer()->has("persisted")) << piece;
    EXPECT_TRUE(c.answer()->has("alive")) << piece;
  }
  for (const auto& r : g.publisher.records()) EXPECT_EQ(r.value, "{\"a\":1}");
}

TEST(HttpWireTest, EndsTheConnectionAfterBrokenChunks) {
  gateway_fixture g;
  for (const char* chunks :
       {"x\r\n", "2 \r\n{}\r\n0\r\n\r\n", "2\n{}\n0\n\n", "2;\r\n{}\r\n0\r\n\r\n", "2;=x\r\n{}\r\n0\r\n\r\n",
        "2;a=\"b\r\n{}\r\n0\r\n\r\n", "2\r\n{}\r\n0;a=b;\r\n\r\n", "2\r\n{}}\r\n0\r\n\r\n"}) {
    raw_client c(g.port());
    c.send(chunked_head + "\r\n" + chunks + get("/healthz"));
    const auto a = c.answer();
    ASSERT_TRUE(a) << chunks;
    EXPECT_EQ(a->status, 400);
    EXPECT_TRUE(a->has("malformed_chunks"));
    EXPECT_TRUE(c.is_ended());
  }
  EXPECT_TRUE(g.publisher.records().empty());
}

TEST(HttpWireTest, SaysContinueOnlyWhenItWillReadTheBody) {
  gateway_fixture g;
  raw_client c(g.port());
  const std::string head =
      "POST /v1/topics/orders/events HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 2\r\n";
  c.send(head + "\r\n");
  EXPECT_EQ(c.answer()->status, 100);
  c.send("{}");
  EXPECT_EQ(c.answer()->status, 200);
  c.send(head + "\r\n{}");  // the body came without waiting
  EXPECT_EQ(c.answer()->status, 200);
  c.send(head + "Content-Encoding: br\r\n\r\n");
  const auto refused = c.answer();
  EXPECT_EQ(refused->status, 415);
  EXPECT_EQ(refused->fields.at("connection"), "close");
}

TEST(HttpWireTest, RefusesAHundredMegabytesUnread) {
  gateway_fixture g;
  raw_client c(g.port());
  c.send("POST /v1/topics/orders/events HTTP/1.1\r\nHost: t\r\nContent-Length: 104857600\r\n\r\n");
  const std::string megabyte(1 << 20, 'x');
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(c.send(megabyte)) << "reset after " << i << " MB";
  const auto a = c.answer();
  ASSERT_TRUE(a);
  EXPECT_EQ(a->status, 413);
  EXPECT_TRUE(a->has("body_too_large"));
  EXPECT_LT(g.budget.bytes(), 1 << 20);
}

TEST(HttpWireTest, RefusesEndlessChunks) {
  gateway::config::settings s;
  s.limits.body_bytes_max = 1 << 20;
  gateway_fixture g(s);
  raw_client c(g.port());
  c.send(chunked_head + "\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 40; ++i) c.send(chunk);
  const auto a = c.answer();
  ASSERT_TRUE(a);
  EXPECT_EQ(a->status, 413);
}

TEST(HttpWireTest, TakesBodiesLargerThanTheScratchBuffer) {
  gateway_fixture g;
  raw_client c(g.port());
  std::string lines;
  for (int i = 0; i < 10'000; ++i)
    lines += "{\"aggregateId\":\"a" + std::to_string(i % 100) + "\",\"n\":" + std::to_string(i) + "}\n";
  for (int round = 0; round < 3; ++round) {
    c.send(post(lines, "application/x-ndjson"));
    const auto a = c.answer();
    ASSERT_TRUE(a);
    EXPECT_TRUE(a->has(R"("events":10000,"persisted":10000)")) << a->body.substr(0, 300);
  }
  for (int i = 0; i < 1000 && g.budget.bytes() != 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(g.budget.bytes(), 0);
}

TEST(HttpWireTest, ALyingLengthReservesNothing) {
  gateway_fixture g;
  std::vector<raw_client> liars;
  for (int i = 0; i < 50; ++i) {
    liars.emplace_back(g.port());
    liars.back().send("POST /v1/topics/orders/events HTTP/1.1\r\nHost: t\r\nContent-Length: 8000000\r\n\r\nx");
  }
  raw_client c(g.port());
  c.send(get("/readyz"));
  EXPECT_EQ(c.answer()->status, 200);
  EXPECT_LT(g.budget.bytes(), 8 << 20);
}

TEST(HttpWireTest, PublishesNothingOfATruncatedRequest) {
  gateway_fixture g;
  const std::string whole = post(R"({"aggregateId":"k"})");
  for (std::size_t n = 1; n < whole.size(); n += 3) {
    raw_client c(g.port());
    c.send(whole.substr(0, n));
    c.end_output();
    const auto a = c.answer();
    ASSERT_TRUE(a) << n;
    EXPECT_EQ(a->status, 400);
    EXPECT_TRUE(a->has("incomplete_request"));
    EXPECT_TRUE(c.is_ended());
  }
  for (std::size_t n = 1; n < whole.size(); n += 3) {
    raw_client c(g.port());
    c.send(whole.substr(0, n));
    c.close();
  }
  raw_client c(g.port());
  c.send(post("{}"));
  EXPECT_EQ(c.answer()->status, 200);
  EXPECT_EQ(g.publisher.records().size(), 1U);
}

TEST(HttpWireTest, AnswersAClientThatHasEndedItsSide) {
  gateway_fixture g;
  g.publisher.hold();
  raw_client c(g.port());
  c.send(post("{}") + post("{}"));
  c.end_output();
  EXPECT_FALSE(c.answer(300ms));
  g.publisher.release();
  EXPECT_EQ(c.answer()->status, 200);
  EXPECT_EQ(c.answer()->status, 200);
  EXPECT_TRUE(c.is_ended());
}

TEST(HttpWireTest, RecordsGoOnWithoutTheirClient) {
  gateway_fixture g;
  g.publisher.hold();
  {
    raw_client c(g.port());
    c.send(post("{}") + post("{}"));
    while (g.publisher.held() == 0) std::this_thread::sleep_for(1ms);
    c.close();
  }
  std::this_thread::sleep_for(50ms);
  g.publisher.release();
  EXPECT_TRUE(await_records(g, 2));
  raw_client c(g.port());
  c.send(post("{}"));
  EXPECT_EQ(c.answer()->status, 200);
}

TEST(HttpWireTest, EndsSlowHeads) {
  gateway_fixture g(quick());
  raw_client c(g.port());
  c.send("GET / HTTP/1.1\r\nX: ");
  std::optional<http_answer> a;
  for (int i = 0; i < 40 && !a; ++i) {
    c.send("x");
    a = c.answer(100ms);
  }
  ASSERT_TRUE(a);
  EXPECT_EQ(a->status, 408);
}

TEST(HttpWireTest, EndsSlowAndStalledBodies) {
  gateway_fixture g(quick());
  const std::string head = "POST /v1/topics/orders/events HTTP/1.1\r\nHost: t\r\nContent-Length: 5000\r\n\r\n";
  raw_client stalled(g.port());
  stalled.send(head);
  EXPECT_EQ(stalled.answer()->status, 408);
  raw_client slow(g.port());
  slow.send(head);
  std::optional<http_answer> a;
  for (int i = 0; i < 40 && !a; ++i) {
    slow.send("x");
    a = slow.answer(100ms);
  }
  ASSERT_TRUE(a);
  EXPECT_EQ(a->status, 408);
  EXPECT_TRUE(g.publisher.records().empty());
}

TEST(HttpWireTest, WaitsForKafkaOnlySoLong) {
  gateway_fixture g(quick());
  g.world.fall_silent();
  raw_client c(g.port());
  c.send(post("{}", "application/json", "", "", "nowhere"));
  const auto a = c.answer();
  ASSERT_TRUE(a);
  EXPECT_EQ(a->status, 503);
  EXPECT_TRUE(a->fields.contains("retry-after"));
}

TEST(HttpWireTest, EndsIdleConnectionsButNotWaitingOnes) {
  gateway_fixture g(quick());
  g.publisher.hold();
  raw_client waiting(g.port());
  waiting.send(post("{}"));
  raw_client idle(g.port());
  raw_client fresh(g.port());
  idle.send(get("/healthz") + "\r\n");  // a stray line end is no request
  EXPECT_EQ(idle.answer()->status, 200);
  EXPECT_TRUE(idle.is_ended());
  EXPECT_TRUE(fresh.is_ended());
  std::this_thread::sleep_for(1s);
  g.publisher.release();
  EXPECT_EQ(waiting.answer()->status, 200);
}

TEST(HttpWireTest, KeepsHttp10ConnectionsOnlyWhenAsked) {
  gateway_fixture g;
  raw_client c(g.port());
  c.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(c.answer()->fields.at("connection"), "keep-alive");
  c.send("GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_EQ(c.answer()->fields.at("connection"), "close");
  EXPECT_TRUE(c.is_ended());
}

TEST(HttpWireTest, StopsReadingAClientThatDoesNotReadItsAnswers) {
  gateway_fixture g;
  raw_client c(g.port());
  const std::string request = get("/v1/topics/orders");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += request;
  std::thread sender([&] {
    for (int i = 0; i < 60; ++i)
      if (!c.send(many)) return;
  });
  std::this_thread::sleep_for(500ms);
  int answered = 0;
  while (answered < 60'000 && c.answer()) ++answered;
  sender.join();
  EXPECT_EQ(answered, 60'000);
}

TEST(HttpWireTest, ClosesConnectionsBeyondTheLimit) {
  gateway::config::settings s;
  s.limits.connections_max = 2;
  gateway_fixture g(s);
  raw_client a(g.port());
  a.send(get("/healthz"));
  EXPECT_TRUE(a.answer());
  raw_client b(g.port());
  b.send(get("/healthz"));
  EXPECT_TRUE(b.answer());
  raw_client refused(g.port());
  EXPECT_TRUE(refused.is_ended());
  a.close();
  for (int i = 0; i < 1000 && g.connections.open() == 2; ++i) std::this_thread::sleep_for(10ms);
  raw_client again(g.port());
  again.send(get("/healthz"));
  EXPECT_TRUE(again.answer());
}

}  // namespace
}  // namespace tests
