#include "gateway/http1/conversation.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace gateway::http1
