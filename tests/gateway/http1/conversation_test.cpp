#include "gateway/http1/conversation.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/support/conversation_driver.h"

namespace gateway::http1 {
namespace {

std::string post(std::string_view body, std::string_view fields = "", std::string_view topic = "t") {
  return "POST /v1/topics/" + std::string(topic) + "/events HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n" +
         std::string(fields) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string chunked(std::string_view body, std::string_view fields = "") {
  std::string text = "POST /v1/topics/t/events HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n" +
                     std::string(fields) + "Transfer-Encoding: chunked\r\n\r\n";
  for (const char c : body) text += std::string("1;x\r\n") + c + "\r\n";
  return text + "0\r\nTrailer: t\r\n\r\n";
}

struct result {
  std::string answers;
  std::size_t records;
  bool is_over;
};

result converse(std::string_view first, std::string_view second) {
  tests::conversation_driver d;
  if (!first.empty()) d.send(first);
  if (!second.empty()) d.send(second);
  d.end_of_input();
  return {d.answers(), d.publisher.records().size(), d.is_over()};
}

// Everything that can follow each other on one connection.
const std::string long_talk = post(R"({"aggregateId":"a"})") + "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n" +
                              chunked(R"([{"n":1},{"n":2}])") + post("{}", "", "unknown") +
                              post("{}", "Content-Encoding: br\r\n") + chunked("{}", "Content-Encoding: br\r\n") +
                              "\r\n" + post("{bad") + "HEAD /v1/topics HTTP/1.1\r\nHost: h\r\n\r\n" +
                              post("[{},{}]", "Connection: close\r\n") + "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";

TEST(ConversationTest, SaysTheSameWhereverTheBytesAreSplit) {
  const result whole = converse(long_talk, "");
  EXPECT_EQ(whole.records, 5U);
  EXPECT_TRUE(whole.is_over);
  for (std::size_t n = 1; n < long_talk.size(); ++n) {
    const result split = converse(std::string_view(long_talk).substr(0, n), std::string_view(long_talk).substr(n));
    ASSERT_EQ(split.answers, whole.answers) << n;
    ASSERT_EQ(split.records, whole.records) << n;
  }
}

TEST(ConversationTest, SaysTheSameByteForByte) {
  tests::conversation_driver d;
  for (const char c : long_talk) d.send({&c, 1});
  d.end_of_input();
  EXPECT_EQ(d.answers(), converse(long_talk, "").answers);
}

TEST(ConversationTest, AnswersNothingBehindTheEnd) {
  for (const std::string& last : {post("{}", "Connection: close\r\n"), std::string("GET / HTTP/1.1\r\n\r\n"),
                                  std::string("\0", 1), chunked("x").substr(0, 130) + "broken"}) {
    tests::conversation_driver d;
    d.send(last + post("{}") + post("{}"));
    EXPECT_TRUE(d.is_over());
    EXPECT_LE(d.publisher.records().size(), 1U);
    const std::string answers = d.answers();
    EXPECT_EQ(answers.find("Content-Length: "), answers.rfind("Content-Length: ")) << answers;
  }
}

TEST(ConversationTest, PublishesNothingOfARequestThatEndsEarly) {
  for (const std::string& whole : {post("{}"), chunked("{}")})
    for (std::size_t n = 1; n < whole.size(); ++n) {
      const result r = converse(std::string_view(whole).substr(0, n), "");
      EXPECT_EQ(r.records, 0U);
      EXPECT_NE(r.answers.find("incomplete_request"), std::string::npos) << n;
    }
}

TEST(ConversationTest, KeepsTheConnectionAfterASmallRefusedBodyOnly) {
  const auto refused = [](std::size_t bytes) {
    tests::conversation_driver d;
    d.send(post(std::string(bytes, 'x'), "Content-Encoding: br\r\n") + "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
    return d.answers().find("alive") != std::string::npos;
  };
  EXPECT_TRUE(refused(conversation::discard_bytes_max));
  EXPECT_FALSE(refused(conversation::discard_bytes_max + 1));
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++n;
  return n;
}

using namespace std::chrono_literals;

constexpr auto head_time = config::limits{}.head_time_max;
constexpr auto body_time = config::limits{}.body_time_max;
constexpr auto moment = 1ms;

const std::string half_head = "GET /healthz HTTP/1.1\r\nHo";
const std::string half_body = post("{}").substr(0, post("{}").size() - 1);

std::string expecting(std::size_t bytes) {
  return "POST /v1/topics/t/events HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: " +
         std::to_string(bytes) + "\r\n\r\n";
}

TEST(ConversationTimeTest, AHeadHasItsTimeAndNoMore) {
  tests::conversation_driver d;
  d.send(half_head);
  d.advance(head_time);
  EXPECT_EQ(d.answers(), "");
  d.advance(moment);
  EXPECT_NE(d.answers().find("request_timeout"), std::string::npos);
  EXPECT_TRUE(d.is_over());
}

TEST(ConversationTimeTest, ABodyThatStandsStillHasItsTimeAndNoMore) {
  tests::conversation_driver d;
  d.send(half_body);
  d.advance(body_time - moment);
  EXPECT_EQ(d.answers(), "");
  d.advance(2 * moment);
  EXPECT_NE(d.answers().find("request_timeout"), std::string::npos);
}

TEST(ConversationTimeTest, ABodyThatIsSlowIsEndedAfterAWindow) {
  const auto answers_at = [](std::size_t bytes_a_second) {
    tests::conversation_driver d;
    d.send(post(std::string(1 << 20, 'x')).substr(0, 200));
    for (auto passed = 0ms; passed <= body_time; passed += 1s) {
      d.send(std::string(bytes_a_second, 'x'));
      d.advance(1s);
    }
    return d.answers();
  };
  EXPECT_EQ(answers_at(2048), "");
  EXPECT_NE(answers_at(512).find("more slowly"), std::string::npos);
}

TEST(ConversationTimeTest, AnAnswerHasItsDeadline) {
  tests::conversation_driver d;
  d.publisher.hold();
  d.send(post("{}"));
  d.advance(config::limits{}.answer_time_default - 1s);
  EXPECT_EQ(d.answers(), "");
  d.advance(2s);
  EXPECT_EQ(d.answers(), "");  // what was never sent is being taken back
  d.advance(conversation::withdraw_patience);
  EXPECT_NE(d.answers().find("answer_timeout"), std::string::npos);
  d.publisher.release();
  d.advance(1ms);
}

TEST(ConversationTimeTest, AContinueThatWeHoldBackDoesNotCount) {
  tests::conversation_driver d;
  d.publisher.hold();
  d.send(post("{}"));
  d.send(expecting(2));
  for (int i = 0; i < 20; ++i) d.advance(1s);  // its 100 Continue stands behind the answer before it
  d.publisher.release();
  d.go_on();
  EXPECT_EQ(count(d.answers(), " 200 OK"), 1U);
  d.advance(body_time - moment);
  EXPECT_EQ(d.answers().find("request_timeout"), std::string::npos);
  d.send("{}");
  EXPECT_EQ(count(d.answers(), " 200 OK"), 2U);
}

TEST(ConversationTimeTest, AContinueThatWasSentIsWaitedForAsLongAsABody) {
  tests::conversation_driver d;
  d.send(expecting(2));
  d.advance(body_time - moment);
  EXPECT_EQ(d.answers(), "");
  d.advance(2 * moment);
  EXPECT_NE(d.answers().find("request_timeout"), std::string::npos);
}

TEST(ConversationTimeTest, NoTimeRunsWhileTheSocketDoesNotTakeOurAnswers) {
  for (const std::string& half : {half_head, half_body, expecting(2) + "{"}) {
    tests::conversation_driver d;
    d.send(half);
    d.hold(true);
    for (int i = 0; i < 120; ++i) d.advance(1s);
    d.hold(false);
    d.advance(head_time - moment);
    EXPECT_EQ(d.answers(), "") << half;
    d.advance(body_time);
    EXPECT_NE(d.answers().find("request_timeout"), std::string::npos) << half;
  }
}

TEST(ConversationTimeTest, AHeadThatIsHeldBackHasItsTimeAfterwards) {
  config::settings one;
  one.limits.pipelined_requests_max = 1;
  tests::conversation_driver d(one);
  d.publisher.hold();
  d.send(post("{}", "", "t") + half_head);
  for (int i = 0; i < 20; ++i) d.advance(1s);
  d.publisher.release();
  d.go_on();
  d.advance(head_time - moment);
  EXPECT_EQ(d.answers().find("request_timeout"), std::string::npos);
  d.send("st: h\r\n\r\n");
  EXPECT_NE(d.answers().find("alive"), std::string::npos);
}

TEST(ConversationTimeTest, KafkasSilenceEndsAsA503AndTheConnectionGoesOn) {
  tests::conversation_driver d;
  d.world.fall_silent();
  d.send(post("{}", "", "unknown") + "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
  d.advance(head_time);
  EXPECT_EQ(d.answers(), "");
  d.advance(moment);
  EXPECT_NE(d.answers().find("503 Service Unavailable"), std::string::npos);
  EXPECT_NE(d.answers().find("alive"), std::string::npos);
}

// A pipeline in one read: each request that is work ends the turn, so that other sessions have theirs in between.
TEST(ConversationTurnTest, OneRequestThatIsWorkATurn) {
  tests::conversation_driver d;
  const std::string large = post("{\"a\":\"" + std::string(router::light_bytes_max, 'x') + "\"}");
  std::string pipeline;
  for (int i = 0; i < 5; ++i) pipeline += large;
  d.send_for_one_turn(pipeline);
  EXPECT_TRUE(d.wants_turn());
  d.go_on();
  EXPECT_FALSE(d.wants_turn());
  EXPECT_EQ(count(d.answers(), " 200 OK"), 5U);
}

TEST(ConversationTurnTest, ManyRequestsThatAreNoWorkShareATurn) {
  tests::conversation_driver d;
  d.send_for_one_turn(post("{}") + post("{}") + post("{}") + half_head);
  EXPECT_FALSE(d.wants_turn());
  d.go_on();
  EXPECT_EQ(count(d.answers(), " 200 OK"), 3U);
}

TEST(ConversationTurnTest, WhatIsLeftWhenTheClientEndsItsSideIsAnswered) {
  tests::conversation_driver d;
  const std::string packed = post("{}", "Content-Encoding: identity\r\n");
  const std::string large = post("{\"a\":\"" + std::string(router::light_bytes_max, 'x') + "\"}");
  d.send_for_one_turn(large + large + packed);
  d.end_of_input();
  EXPECT_EQ(count(d.answers(), " 200 OK"), 3U);
  EXPECT_TRUE(d.is_over());
}

}  // namespace
}  // namespace gateway::http1
