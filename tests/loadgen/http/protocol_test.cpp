#include "loadgen/http/protocol.h"

#include <gtest/gtest.h>

#include "loadgen/plan/options.h"

namespace loadgen::http {
namespace {

plan::run_plan plan_of(const std::function<void(plan::run_options&)>& change = {}) {
  plan::run_options options;
  options.topic = "orders";
  options.target = "http://gate:8080";
  options.batch = "2";
  if (change) change(options);
  return plan::make_plan(options);
}

/// Two events as a feed lays them out, each with its separator.
wire::request two_events(char separator) {
  wire::request what;
  what.id = 7;
  what.buffer.resize(wire::request::head_room + 100);
  std::string body = "{\"a\":1}_{\"b\":2}_";
  for (char& c : body) c = c == '_' ? separator : c;
  body.copy(what.body(), body.size());
  what.events = {{0, 0, 0, 7}, {1, 0, 8, 7}};
  what.body_size = body.size();
  return what;
}

TEST(HttpProtocolTest, EventsGoOutOneALine) {
  const plan::run_plan plan = plan_of([](auto& o) { o.query = "ack=none"; });
  protocol p(plan);
  wire::request what = two_events('\n');
  p.encode(what);
  EXPECT_EQ(what.wire,
            "POST /v1/topics/orders/events?ack=none HTTP/1.1\r\nHost: gate:8080\r\nUser-Agent: headgate-loadgen\r\n"
            "Content-Type: application/x-ndjson\r\nContent-Length: 16\r\n\r\n{\"a\":1}\n{\"b\":2}\n");
}

TEST(HttpProtocolTest, EventsGoOutAsAnArray) {
  const plan::run_plan plan = plan_of([](auto& o) { o.format = "json"; });
  protocol p(plan);
  wire::request what = two_events(',');
  p.encode(what);
  EXPECT_TRUE(what.wire.ends_with("Content-Length: 17\r\n\r\n[{\"a\":1},{\"b\":2}]")) << what.wire;
}

TEST(HttpProtocolTest, AnIpv6HostKeepsItsBrackets) {
  const plan::run_plan plan = plan_of([](auto& o) { o.target = "http://[::1]:8080"; });
  protocol p(plan);
  wire::request what = two_events('\n');
  p.encode(what);
  EXPECT_NE(what.wire.find("\r\nHost: [::1]:8080\r\n"), std::string::npos) << what.wire;
}

TEST(HttpProtocolTest, TheLongestHeadThatAPlanLetsThroughHasRoom) {
  const plan::run_plan plan = plan_of([](auto& o) {
    o.topic = std::string(249, 't');
    o.query = std::string(500, 'q');
    o.target = "http://" + std::string(253, 'h') + ":65535";
    o.encoding = "gzip";
  });
  protocol p(plan);
  wire::request what = two_events('\n');
  p.encode(what);
  EXPECT_TRUE(what.wire.starts_with("POST /v1/topics/ttt"));
}

TEST(HttpProtocolTest, AnswersBelongToRequestsInTheirOrder) {
  const plan::run_plan plan = plan_of();
  protocol p(plan);
  wire::request first = two_events('\n');
  wire::request second = two_events('\n');
  second.id = 8;
  p.sending(first);
  p.sending(second);
  std::deque<wire::answered> answers;
  ASSERT_TRUE(
      p.receive("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"persisted\":2}HTTP/1.1 503 Busy\r\n"
                "Retry-After: 2\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                answers));
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].request_id, 7U);
  EXPECT_EQ(answers[0].what.whole, answers::event_outcome::persisted);
  EXPECT_EQ(answers[1].request_id, 8U);
  EXPECT_EQ(answers[1].what.whole, answers::event_outcome::busy);
  EXPECT_EQ(answers[1].what.retry_after, std::chrono::seconds(2));
  EXPECT_TRUE(p.exhausted());
}

TEST(HttpProtocolTest, AResponseThatNobodyAskedForIsNamed) {
  const plan::run_plan plan = plan_of();
  protocol p(plan);
  std::deque<wire::answered> answers;
  EXPECT_FALSE(p.receive("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", answers));
  EXPECT_NE(p.complaint().find("nobody asked for"), std::string::npos) << p.complaint();
}

}  // namespace
}  // namespace loadgen::http
