// docs/rest-proxy.md, version 3: streams, over real sockets. Answers read here come while the request is still being
// sent.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"

namespace tests {
namespace {

using namespace std::chrono_literals;

const std::string ok = R"({"error_code":200,)";

std::string head(const std::string& more = "", const std::string& query = "") {
  return "POST /v3/clusters/lkc-1/topics/orders/records" + query +
         " HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n" + more + "\r\n";
}

std::string chunk(std::string_view bytes) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + std::string(bytes) + "\r\n";
}
const std::string last_chunk = "0\r\n\r\n";

std::string record(const std::string& text, const std::string& more = "") {
  return R"({"value":{"type":"STRING","data":")" + text + "\"}" + more + "}";
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

/// The bytes that have come, read on until `part` stands in them `times` times, for a few seconds at most.
class reading {
 public:
  explicit reading(raw_client& from) : from_(&from) {}
  bool until(std::string_view part, std::size_t times = 1) {
    for (int i = 0; i < 200 && count(text_, part) < times; ++i) text_ += from_->everything(25ms);
    return count(text_, part) >= times;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  raw_client* from_;
  std::string text_;
};

class RestProxyV3StreamTest : public testing::Test {
 protected:
  void start(gateway::config::settings s = {}) {
    g_.emplace(std::move(s));
    g_->world.name_cluster("lkc-1");
  }
  std::optional<gateway_fixture> g_;
};

TEST_F(RestProxyV3StreamTest, AnswersWhileTheRequestIsBeingSent) {
  start();
  raw_client c(g_->port());
  reading r(c);
  ASSERT_TRUE(c.send(head()));
  EXPECT_TRUE(r.until("HTTP/1.1 200 OK"));
  EXPECT_TRUE(r.until("Transfer-Encoding: chunked"));
  for (std::size_t i = 1; i <= 3; ++i) {
    ASSERT_TRUE(c.send(chunk(record(std::to_string(i)))));
    ASSERT_TRUE(r.until(ok, i)) << r.text();
    EXPECT_EQ(g_->publisher.records().size(), i);
  }
  ASSERT_TRUE(c.send(last_chunk));
  EXPECT_TRUE(r.until("0\r\n\r\n")) << r.text();
  EXPECT_EQ(count(r.text(), "}\r\n\r\n"), 0U);
  // The connection goes on.
  ASSERT_TRUE(c.send(get("/healthz")));
  EXPECT_TRUE(r.until("alive"));
}

TEST_F(RestProxyV3StreamTest, ReportsComeInOrderAsRecordsSettle) {
  start();
  g_->publisher.hold();
  raw_client c(g_->port());
  reading r(c);
  ASSERT_TRUE(c.send(head() + chunk(record("a", R"(,"partition_id":1)"))));
  for (int i = 0; i < 2000 && g_->publisher.held() < 1; ++i) std::this_thread::sleep_for(5ms);
  ASSERT_TRUE(c.send(chunk(record("b", R"(,"partition_id":2)"))));
  for (int i = 0; i < 2000 && g_->publisher.held() < 2; ++i) std::this_thread::sleep_for(5ms);
  ASSERT_TRUE(c.send(chunk(R"({"x":1})")));  // known at once, and has its turn
  ASSERT_TRUE(r.until("HTTP/1.1 200 OK"));
  EXPECT_EQ(count(r.text(), "error_code"), 0U);
  ASSERT_TRUE(g_->publisher.release_one());
  ASSERT_TRUE(r.until(ok)) << r.text();
  EXPECT_EQ(count(r.text(), "error_code"), 1U);
  ASSERT_TRUE(g_->publisher.release_one());
  ASSERT_TRUE(r.until(R"({"error_code":400,)")) << r.text();
  EXPECT_EQ(count(r.text(), ok), 2U);
  ASSERT_TRUE(c.send(last_chunk));
  EXPECT_TRUE(r.until("0\r\n\r\n"));
}

TEST_F(RestProxyV3StreamTest, TakesRecordsWhereverTheyAreCut) {
  start();
  raw_client c(g_->port());
  reading r(c);
  const std::string body = record("}{\\\"") + "\r\n" + record("b") + record("c");
  ASSERT_TRUE(c.send(head()));
  for (const char byte : body) ASSERT_TRUE(c.send(chunk({&byte, 1})));
  ASSERT_TRUE(c.send(last_chunk));
  ASSERT_TRUE(r.until("0\r\n\r\n")) << r.text();
  EXPECT_EQ(count(r.text(), ok), 3U);
  const auto stored = g_->publisher.records();
  ASSERT_EQ(stored.size(), 3U);
  EXPECT_EQ(stored[0].value, "}{\"");
  EXPECT_EQ(stored[2].value, "c");
}

TEST_F(RestProxyV3StreamTest, BrokenJsonEndsIt) {
  for (const std::string& broken : {std::string(R"({"value":})"), std::string("]"), std::string("x")}) {
    start();
    raw_client c(g_->port());
    ASSERT_TRUE(c.send(head() + chunk(record("a")) + chunk(broken) + chunk(record("b"))));
    const std::string all = c.everything(5s);
    EXPECT_EQ(count(all, ok), 1U) << all;
    EXPECT_EQ(count(all, R"({"error_code":400,)"), 1U) << all;
    EXPECT_TRUE(all.ends_with("0\r\n\r\n")) << all;
    EXPECT_EQ(g_->publisher.records().size(), 1U);
  }
}

TEST_F(RestProxyV3StreamTest, JsonThatIsNoObjectHasItsEntryWhereverItIsCut) {
  start();
  raw_client c(g_->port());
  reading r(c);
  const std::string body = record("a") + "[1] 17 \"}\\\"\" true" + record("b") + "null 5";
  ASSERT_TRUE(c.send(head()));
  for (const char byte : body) ASSERT_TRUE(c.send(chunk({&byte, 1})));
  ASSERT_TRUE(c.send(last_chunk));
  ASSERT_TRUE(r.until("\r\n0\r\n\r\n")) << r.text();
  EXPECT_EQ(count(r.text(), ok), 2U) << r.text();
  EXPECT_EQ(count(r.text(), R"({"error_code":400,"message":"a record is a JSON object"})"), 6U) << r.text();
  EXPECT_EQ(g_->publisher.records().size(), 2U);
}

TEST_F(RestProxyV3StreamTest, ADrainInTheMiddleOfARecordSaysThatItMayBeSentAgain) {
  start();
  raw_client c(g_->port());
  reading r(c);
  ASSERT_TRUE(c.send(head() + chunk(record("a")) + chunk(R"({"value":)")));
  ASSERT_TRUE(r.until(ok));
  g_->drain();
  EXPECT_TRUE(r.until("\r\n0\r\n\r\n")) << r.text();
  EXPECT_EQ(count(r.text(), R"({"error_code":503,"message":"not_persisted: )"), 1U) << r.text();
  EXPECT_EQ(count(r.text(), "shutting down"), 1U) << r.text();
  EXPECT_EQ(count(r.text(), R"("error_code":400)"), 0U) << r.text();
}

TEST_F(RestProxyV3StreamTest, SilenceInTheMiddleOfARecordSaysThatItMayBeSentAgain) {
  gateway::config::settings s;
  s.limits.idle_time_max = 300ms;
  start(s);
  raw_client c(g_->port());
  ASSERT_TRUE(c.send(head() + chunk(record("a")) + chunk(R"({"value":)")));
  const std::string all = c.everything(10s);
  EXPECT_EQ(count(all, R"({"error_code":503,"message":"not_persisted: )"), 1U) << all;
  EXPECT_EQ(count(all, "limits.idle_time_max"), 1U) << all;
  EXPECT_EQ(count(all, R"("error_code":400)"), 0U) << all;
  EXPECT_TRUE(all.ends_with("0\r\n\r\n")) << all;
}

// Its signature is that of the whole body.
TEST_F(RestProxyV3StreamTest, AWebhookIsReadWholeAndItsSignatureChecked) {
  gateway::config::settings s;
  s.topics.emplace_back().webhook = gateway::config::webhook_kind::github;
  s.topics[0].webhook_secret = "Jefe";
  const std::string body = record("what do ya want for nothing?");
  for (const bool is_valid : {true, false}) {
    start(s);
    raw_client c(g_->port());
    const std::string digest =
        is_valid ? "3f2abc0e3c4d421816aaaa0df1fcf7729a56ef0dbbebdb8b978e097a674798aa" : std::string(64, '0');
    ASSERT_TRUE(c.send(head("X-Hub-Signature-256: sha256=" + digest + "\r\n") + chunk(body.substr(0, 9)) +
                       chunk(body.substr(9)) + last_chunk));
    const auto a = c.answer();
    ASSERT_TRUE(a.has_value());
    EXPECT_EQ(a->status, is_valid ? 200 : 401) << a->body;
    EXPECT_EQ(a->has(ok), is_valid) << a->body;
    EXPECT_EQ(g_->publisher.records().size(), is_valid ? 1U : 0U);
  }
}

TEST_F(RestProxyV3StreamTest, AnEndInTheMiddleOfARecordIsSaid) {
  for (const bool by_chunk : {true, false}) {
    start();
    raw_client c(g_->port());
    ASSERT_TRUE(c.send(head() + chunk(record("a")) + chunk(R"({"value":)")));
    if (by_chunk)
      ASSERT_TRUE(c.send(last_chunk));
    else
      c.end_output();
    reading r(c);
    EXPECT_TRUE(r.until("in the middle of a record")) << r.text();
    EXPECT_EQ(count(r.text(), ok), 1U) << r.text();
  }
}

TEST_F(RestProxyV3StreamTest, BrokenChunksEndItBehindWhatWasTaken) {
  start();
  raw_client c(g_->port());
  ASSERT_TRUE(c.send(head() + chunk(record("a")) + "zz\r\n"));
  const std::string all = c.everything(5s);
  EXPECT_EQ(count(all, ok), 1U) << all;
  EXPECT_TRUE(all.ends_with("0\r\n\r\n")) << all;
}

// More than may be under way: the stream waits for Kafka, unread, and nothing is lost or told twice.
TEST_F(RestProxyV3StreamTest, ManyRecordsBehindASlowKafka) {
  constexpr std::size_t records = 30'000;
  start();
  g_->publisher.hold();
  raw_client c(g_->port());
  std::thread sender([&c] {
    ASSERT_TRUE(c.send(head()));
    std::string piece;
    for (std::size_t i = 0; i < records; ++i) {
      piece += record(std::to_string(i), R"(,"partition_id":0)");
      if (piece.size() < 10'000 && i + 1 < records) continue;
      ASSERT_TRUE(c.send(chunk(piece)));
      piece.clear();
    }
    ASSERT_TRUE(c.send(last_chunk));
  });
  std::this_thread::sleep_for(300ms);
  g_->publisher.release();
  reading r(c);
  EXPECT_TRUE(r.until("\r\n0\r\n\r\n"));
  sender.join();
  EXPECT_EQ(count(r.text(), ok), records);
  const auto stored = g_->publisher.records();
  ASSERT_EQ(stored.size(), records);
  for (std::size_t i = 0; i < records; ++i) ASSERT_EQ(stored[i].value, std::to_string(i));
}

TEST_F(RestProxyV3StreamTest, WrongRecordsAloneDoNotStopIt) {
  constexpr std::size_t records = 20'000;
  start();
  raw_client c(g_->port());
  std::thread sender([&c] {
    std::string piece;
    for (std::size_t i = 0; i < records; ++i) piece += R"({"x":1})";
    ASSERT_TRUE(c.send(head() + chunk(piece) + last_chunk));
  });
  reading r(c);
  EXPECT_TRUE(r.until("\r\n0\r\n\r\n"));
  sender.join();
  EXPECT_EQ(count(r.text(), R"({"error_code":400,)"), records);
}

TEST_F(RestProxyV3StreamTest, ManyStreamsOnOneLane) {
  start();
  std::deque<raw_client> clients;
  for (int i = 0; i < 30; ++i) {
    clients.emplace_back(g_->port());
    ASSERT_TRUE(clients.back().send(head() + chunk(record("a"))));
  }
  for (raw_client& c : clients) {
    reading r(c);
    ASSERT_TRUE(r.until(ok));
    ASSERT_TRUE(c.send(chunk(record("b")) + last_chunk));
    ASSERT_TRUE(r.until("0\r\n\r\n"));
    EXPECT_EQ(count(r.text(), ok), 2U);
  }
}

TEST_F(RestProxyV3StreamTest, OneRequestAtATimeIsEnough) {
  gateway::config::settings s;
  s.limits.pipelined_requests_max = 1;
  start(s);
  raw_client c(g_->port());
  reading r(c);
  ASSERT_TRUE(c.send(head() + chunk(record("a")) + last_chunk + head() + chunk(record("b")) + last_chunk));
  EXPECT_TRUE(r.until("\r\n0\r\n\r\n", 2)) << r.text();
  EXPECT_EQ(count(r.text(), ok), 2U);
}

TEST_F(RestProxyV3StreamTest, A100ContinueComesBeforeTheStreamIsAnswered) {
  start();
  raw_client c(g_->port());
  reading r(c);
  ASSERT_TRUE(c.send(head("Expect: 100-continue\r\n")));
  ASSERT_TRUE(r.until("HTTP/1.1 200 OK")) << r.text();
  EXPECT_TRUE(r.text().starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")) << r.text();
  ASSERT_TRUE(c.send(chunk(record("a")) + last_chunk));
  EXPECT_TRUE(r.until("0\r\n\r\n"));
  EXPECT_EQ(count(r.text(), ok), 1U);
}

TEST_F(RestProxyV3StreamTest, RecordsThatDoNotSettleEndItInTime) {
  gateway::config::settings s;
  s.limits.answer_time_default = 400ms;
  start(s);
  g_->publisher.hold();
  raw_client c(g_->port());
  ASSERT_TRUE(c.send(head() + chunk(record("a") + record("b"))));
  const std::string all = c.everything(10s);
  EXPECT_EQ(count(all, R"({"error_code":503,)"), 2U) << all;
  EXPECT_TRUE(all.ends_with("0\r\n\r\n")) << all;
}

TEST_F(RestProxyV3StreamTest, ARecordThatIsTooLargeEndsIt) {
  gateway::config::settings s;
  s.topics.emplace_back().intake.event_bytes_max = 100;
  s.topics[0].intake.key_bytes_max = 10;
  start(s);
  raw_client c(g_->port());
  ASSERT_TRUE(c.send(head() + chunk(record(std::string(200, 'a')))));  // has its entry
  ASSERT_TRUE(c.send(chunk("{\"value\":{\"type\":\"STRING\",\"data\":\"" + std::string(100'000, 'a'))));
  const std::string all = c.everything(5s);
  EXPECT_EQ(count(all, R"({"error_code":413,)"), 2U) << all.substr(0, 1000);
  EXPECT_TRUE(all.ends_with("0\r\n\r\n"));
}

TEST_F(RestProxyV3StreamTest, WhoAsksForAStatusIsReadWhole) {
  start();
  raw_client c(g_->port());
  ASSERT_TRUE(c.send(head("", "?partial=207") + chunk(record("a") + R"({"x":1})") + last_chunk));
  const auto a = c.answer();
  ASSERT_TRUE(a.has_value());
  EXPECT_EQ(a->status, 207);
  EXPECT_EQ(count(a->body, "error_code"), 2U);
}

TEST_F(RestProxyV3StreamTest, FieldsOfTheRequestHoldForEveryRecord) {
  start();
  raw_client c(g_->port());
  reading r(c);
  ASSERT_TRUE(c.send(head("Headgate-Header-who: me\r\nHeadgate-Timestamp: 2021-02-05T19:14:42Z\r\n")));
  ASSERT_TRUE(c.send(chunk(record("a"))));
  ASSERT_TRUE(r.until(ok));
  ASSERT_TRUE(c.send(chunk(record("b")) + last_chunk));
  ASSERT_TRUE(r.until("0\r\n\r\n"));
  EXPECT_EQ(count(r.text(), R"("timestamp":"2021-02-05T19:14:42.000Z")"), 2U) << r.text();
  for (const published& p : g_->publisher.records()) {
    ASSERT_EQ(p.headers.size(), 1U);
    EXPECT_EQ(p.headers[0].second, "me");
  }
}

TEST_F(RestProxyV3StreamTest, ADrainEndsStreams) {
  start();
  raw_client silent(g_->port()), busy(g_->port());
  reading r(silent), b(busy);
  ASSERT_TRUE(silent.send(head() + chunk(record("a"))));
  ASSERT_TRUE(busy.send(head() + chunk(record("a"))));
  ASSERT_TRUE(r.until(ok));
  ASSERT_TRUE(b.until(ok));
  g_->drain();
  ASSERT_TRUE(busy.send(chunk(record("b"))));
  EXPECT_TRUE(b.until(R"({"error_code":503,)")) << b.text();
  EXPECT_TRUE(b.until("\r\n0\r\n\r\n"));
  EXPECT_TRUE(r.until("\r\n0\r\n\r\n")) << r.text();
}

TEST_F(RestProxyV3StreamTest, AClientThatGoesAwayLeavesItsRecords) {
  start();
  g_->publisher.hold();
  {
    raw_client c(g_->port());
    ASSERT_TRUE(c.send(head() + chunk(record("a"))));
    for (int i = 0; i < 2000 && g_->publisher.held() < 1; ++i) std::this_thread::sleep_for(5ms);
    c.close();
  }
  std::this_thread::sleep_for(50ms);
  g_->publisher.release();
  raw_client again(g_->port());
  ASSERT_TRUE(again.send(get("/healthz")));
  EXPECT_TRUE(again.answer().has_value());
  EXPECT_EQ(g_->publisher.records().size(), 1U);
}

}  // namespace
}  // namespace tests
