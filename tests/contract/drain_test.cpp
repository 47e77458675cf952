// Bytes that a client sent before SIGTERM get an answer, though no thread had read them yet: the lane stands still
// while they arrive, and finds them together with the order to drain.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "gateway/http1/session.h"
#include "tests/support/gateway_fixture.h"
#include "tests/support/held_lane.h"
#include "tests/support/raw_client.h"

namespace tests {
namespace {

constexpr auto longer_than_the_quiet_time =
    gateway::http1::http_session::drain_quiet_time + std::chrono::milliseconds(100);

void expect_draining(const std::optional<http_answer>& a) {
  ASSERT_TRUE(a) << "the connection ended without an answer";
  EXPECT_EQ(a->status, 503);
  EXPECT_TRUE(a->has("\"draining\"")) << a->body;
  EXPECT_EQ(a->fields.count("retry-after"), 1U);
}

TEST(DrainTest, AnswersARequestThatLiesInTheSocketOfAnIdleConnection) {
  gateway_fixture g;
  raw_client c(g.port());
  c.send(get("/healthz"));
  ASSERT_TRUE(c.answer());
  std::this_thread::sleep_for(longer_than_the_quiet_time);
  {
    const held_lane stands(g.lane());
    c.send(post("{}"));
    g.drain();
  }
  const auto a = c.answer();
  expect_draining(a);
  EXPECT_EQ(a->fields.at("connection"), "close");
  EXPECT_TRUE(c.is_ended());
}

TEST(DrainTest, AnswersWhoeverWaitsInTheListenQueue) {
  gateway_fixture g;
  std::vector<raw_client> clients;
  {
    const held_lane stands(g.lane());
    for (int i = 0; i < 50; ++i) {
      clients.emplace_back(g.port());
      clients.back().send(post("{}"));
    }
    g.drain();
  }
  for (raw_client& c : clients) expect_draining(c.answer());
}

TEST(DrainTest, AnswersEveryPipelinedRequestAndClosesWithTheLast) {
  gateway_fixture g;
  raw_client c(g.port());
  {
    const held_lane stands(g.lane());
    c.send(post("{}") + post("{}") + post("{}"));
    g.drain();
  }
  for (int i = 0; i < 2; ++i) {
    const auto a = c.answer();
    expect_draining(a);
    EXPECT_EQ(a->fields.count("connection"), 0U) << "more answers follow";
  }
  const auto last = c.answer();
  expect_draining(last);
  EXPECT_EQ(last->fields.at("connection"), "close");
  EXPECT_TRUE(c.is_ended());
}

TEST(DrainTest, AnswersWhatArrivesWithinTheQuietTimeOfAConnection) {
  gateway_fixture g;
  raw_client c(g.port());
  c.send(get("/healthz"));
  ASSERT_TRUE(c.answer());
  g.drain();
  c.send(post("{}"));
  expect_draining(c.answer());
}

TEST(DrainTest, EndsASilentConnectionWithoutAReset) {
  gateway_fixture g;
  raw_client c(g.port());
  c.send(get("/healthz"));
  ASSERT_TRUE(c.answer());
  g.drain();
  EXPECT_TRUE(c.is_ended());
  EXPECT_TRUE(c.send(get("/healthz"))) << "it crossed with our end of the stream";
  c.end_output();
  EXPECT_EQ(c.everything(), "");
}

}  // namespace
}  // namespace tests
