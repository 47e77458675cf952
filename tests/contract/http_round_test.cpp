// Many sessions in one round of a lane's poller: what one of them does is nothing to the others, and no edge of
// readiness gets lost, however requests are cut.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/http1/round.h"
#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"

namespace tests {
namespace {

using gateway::http1::http_round;

/// A POST of exactly so many bytes.
std::string request_of(std::size_t bytes) {
  std::string value(bytes, 'x');
  std::string out;
  while ((out = post(value, "text/plain")).size() > bytes) value.resize(value.size() - (out.size() - bytes));
  return out;
}

TEST(HttpRoundTest, RequestsOfEverySizeAroundASlotAreAnswered) {
  gateway_fixture g;
  for (std::size_t bytes = http_round::slot_bytes - 3; bytes <= http_round::slot_bytes + 3; ++bytes) {
    const std::string request = request_of(bytes);
    ASSERT_EQ(request.size(), bytes);
    raw_client c(g.port());
    for (int i = 0; i < 3; ++i) {
      c.send(get("/healthz"));  // small: the next is received into a slot
      ASSERT_TRUE(c.answer());
      c.send(request);
      const auto a = c.answer();
      ASSERT_TRUE(a) << bytes;
      EXPECT_EQ(a->status, 200);
    }
  }
}

TEST(HttpRoundTest, SeveralRequestsAndPiecesOfThemInOneSlot) {
  gateway_fixture g;
  const std::string request = post("{}");
  std::string stream;
  for (int i = 0; i < 64; ++i) stream += request;
  for (const std::size_t piece : {request.size() / 2, request.size() + 1, 1000UL, http_round::slot_bytes, 5000UL}) {
    raw_client c(g.port());
    c.send(get("/healthz"));
    ASSERT_TRUE(c.answer());
    for (std::size_t at = 0; at < stream.size(); at += piece) c.send(stream.substr(at, piece));
    for (int i = 0; i < 64; ++i) ASSERT_TRUE(c.answer()) << piece << " " << i;
  }
}

TEST(HttpRoundTest, WhatOneSessionDoesIsNothingToTheOthers) {
  gateway_fixture g;
  std::vector<std::unique_ptr<raw_client>> clients;
  for (int i = 0; i < 200; ++i)
    clients.push_back(std::make_unique<raw_client>(g.port()));  // more than a round has slots
  for (int turn = 0; turn < 20; ++turn) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (i % 10 == 3) clients[i]->send("what is this\r\n\r\n");
      if (i % 10 == 5) clients[i]->close();
      if (i % 10 != 3 && i % 10 != 5) clients[i]->send(post("{\"turn\":" + std::to_string(turn) + "}"));
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (i % 10 == 5) {
        clients[i] = std::make_unique<raw_client>(g.port());
      } else if (i % 10 == 3) {
        EXPECT_EQ(clients[i]->answer()->status, 400);
        EXPECT_TRUE(clients[i]->is_ended());
        clients[i] = std::make_unique<raw_client>(g.port());
      } else {
        const auto a = clients[i]->answer();
        ASSERT_TRUE(a) << turn << " " << i;
        EXPECT_EQ(a->status, 200);
      }
    }
  }
  EXPECT_EQ(g.publisher.records().size(), 20U * 160U);
}

TEST(HttpRoundTest, WhatCameWhileTheSessionDidNotReadIsReadLater) {
  gateway::config::settings settings;
  settings.limits.pipelined_requests_max = 1;
  gateway_fixture g(settings);
  raw_client c(g.port());
  for (int i = 0; i < 3; ++i) {
    g.publisher.hold();
    c.send(post("{}"));
    while (g.publisher.held() == 0) std::this_thread::yield();
    c.send(post("{}"));
    raw_client other(g.port());
    other.send(get("/healthz"));
    ASSERT_TRUE(other.answer());  // by then the lane has been told of the second request
    g.publisher.release();
    ASSERT_TRUE(c.answer()) << i;
    ASSERT_TRUE(c.answer()) << i;
  }
}

TEST(HttpRoundTest, AStreamThatEndsBehindItsRequestIsAnsweredAndClosed) {
  gateway_fixture g;
  for (int i = 0; i < 50; ++i) {
    raw_client c(g.port());
    c.send(get("/healthz"));
    ASSERT_TRUE(c.answer());
    c.send(post("{}"));
    c.end_output();
    ASSERT_TRUE(c.answer()) << i;
    EXPECT_TRUE(c.is_ended()) << i;
  }
}

// Fast enough for the poller to pause between rounds; after it, one request alone is answered too.
TEST(HttpRoundTest, EveryRequestOfAFastStreamIsAnswered) {
  gateway_fixture g({}, 2);
  constexpr int threads = 4;
  constexpr int requests = 5000;
  std::vector<std::jthread> all;
  for (int t = 0; t < threads; ++t)
    all.emplace_back([&] {
      raw_client c(g.port());
      std::string eight;
      for (int i = 0; i < 8; ++i) eight += post("{}");
      for (int i = 0; i < requests; i += 8) {
        c.send(eight);
        for (int k = 0; k < 8; ++k) ASSERT_TRUE(c.answer()) << i;
      }
    });
  all.clear();
  EXPECT_EQ(g.publisher.records().size(), static_cast<std::size_t>(threads * requests));
  raw_client alone(g.port());
  alone.send(post("{}"));
  EXPECT_TRUE(alone.answer());
}

}  // namespace
}  // namespace tests
