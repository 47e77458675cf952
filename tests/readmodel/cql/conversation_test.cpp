#include "readmodel/cql/conversation.h"

#include <gtest/gtest.h>

#include "answers.h"
#include "readmodel/cql/values.h"

namespace {

using namespace readmodel::cql;
using namespace std::chrono_literals;
using namespace std::string_literals;
using cql_tests::frame;

const clock::time_point start{1000s};
const statement insert{"insert into t(a) values(?)", {text("x")}, {}};

// A node by hand: sees the requests, answers with frames.
struct node {
  conversation talk;
  explicit node(conversation_settings s = {}) : talk(std::move(s), start) {}

  /// The requests that were sent since the last call.
  std::vector<frame_header> requests() {
    std::vector<frame_header> all;
    bytes& out = talk.output();
    while (!out.empty()) {
      all.push_back(read_header(out));
      out.erase(0, header_bytes + all.back().body_bytes);
    }
    return all;
  }
  bool say(const bytes& f) { return talk.on_bytes(f, start); }
  void open() {
    ASSERT_TRUE(say(frame(opcode::ready, requests().at(0).stream, "")));
    ASSERT_TRUE(talk.is_ready());
  }
  void open_and_prepare() {
    open();
    talk.submit(0, insert, start);
    ASSERT_TRUE(say(frame(opcode::result, requests().at(0).stream, cql_tests::prepared_body("ID"))));
    ASSERT_TRUE(say(frame(opcode::result, requests().at(0).stream, cql_tests::done_body())));
    ASSERT_TRUE(talk.next_answer());
  }
};

TEST(ConversationTest, OpensWithStartup) {
  node n;
  EXPECT_FALSE(n.talk.has_room());
  const auto sent = n.requests();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].what, opcode::startup);
  EXPECT_TRUE(n.say(frame(opcode::ready, sent[0].stream, "")));
  EXPECT_TRUE(n.talk.has_room());
}

TEST(ConversationTest, LogsInWhereTheNodeAsks) {
  node n({.user = "shop", .password = "secret"});
  ASSERT_TRUE(n.say(frame(opcode::authenticate, n.requests().at(0).stream, "\x00\x01P"s)));
  const auto sent = n.requests();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].what, opcode::auth_response);
  EXPECT_FALSE(n.talk.is_ready());
  ASSERT_TRUE(n.say(frame(opcode::auth_success, sent[0].stream, "\xff\xff\xff\xff"s)));
  EXPECT_TRUE(n.talk.is_ready());
}

TEST(ConversationTest, ARefusedLoginNamesNoPassword) {
  node n({.user = "shop", .password = "secret"});
  ASSERT_TRUE(n.say(frame(opcode::authenticate, n.requests().at(0).stream, "\x00\x01P"s)));
  EXPECT_FALSE(n.say(frame(opcode::error, n.requests().at(0).stream, cql_tests::error_body(0x0100, "no such user"))));
  EXPECT_TRUE(n.talk.login_failed());
  EXPECT_EQ(n.talk.failure(), "bad_credentials (0x0100): no such user");
}

TEST(ConversationTest, ALoginThatIsNotConfiguredIsSaid) {
  node n;
  EXPECT_FALSE(n.say(frame(opcode::authenticate, n.requests().at(0).stream, "\x00\x01P"s)));
  EXPECT_TRUE(n.talk.login_failed());
}

TEST(ConversationTest, PreparesATextOnceForManyStatements) {
  node n;
  n.open();
  for (std::uint64_t token = 0; token < 3; ++token) n.talk.submit(token, insert, start);
  auto sent = n.requests();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].what, opcode::prepare);
  ASSERT_TRUE(n.say(frame(opcode::result, sent[0].stream, cql_tests::prepared_body("ID"))));
  sent = n.requests();
  ASSERT_EQ(sent.size(), 3U);
  for (const auto& h : sent) EXPECT_EQ(h.what, opcode::execute);
}

TEST(ConversationTest, AnswersInAnyOrderFindTheirStatements) {
  node n;
  n.open_and_prepare();
  n.talk.submit(11, insert, start);
  n.talk.submit(22, insert, start);
  const auto sent = n.requests();
  ASSERT_EQ(sent.size(), 2U);
  ASSERT_TRUE(n.say(frame(opcode::result, sent[1].stream, cql_tests::rows_body({{text("x"), bigint(1)}})) +
                    frame(opcode::error, sent[0].stream, cql_tests::error_body(0x1001, "busy"))));
  const auto first = n.talk.next_answer(), second = n.talk.next_answer();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->token, 22U);
  EXPECT_EQ(std::get<rows>(first->is).list.size(), 1U);
  EXPECT_EQ(second->token, 11U);
  EXPECT_EQ(std::get<server_error>(second->is).code, 0x1001);
  EXPECT_EQ(n.talk.in_flight(), 0U);
}

TEST(ConversationTest, AFrameInPiecesIsPutTogether) {
  node n;
  const bytes f = frame(opcode::ready, n.requests().at(0).stream, "");
  for (const char c : f) ASSERT_TRUE(n.say(bytes(1, c)));
  EXPECT_TRUE(n.talk.is_ready());
}

TEST(ConversationTest, AForgottenStatementIsPreparedAgain) {
  node n;
  n.open_and_prepare();
  n.talk.submit(7, insert, start);
  ASSERT_TRUE(
      n.say(frame(opcode::error, n.requests().at(0).stream, cql_tests::error_body(0x2500, "who?") + "\x00\x02ID"s)));
  auto sent = n.requests();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].what, opcode::prepare);
  ASSERT_TRUE(n.say(frame(opcode::result, sent[0].stream, cql_tests::prepared_body("I2"))));
  sent = n.requests();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].what, opcode::execute);
  EXPECT_FALSE(n.talk.next_answer());
}

TEST(ConversationTest, AWrongTextAnswersEveryStatementThatWaits) {
  node n;
  n.open();
  n.talk.submit(1, insert, start);
  n.talk.submit(2, insert, start);
  ASSERT_TRUE(n.say(frame(opcode::error, n.requests().at(0).stream, cql_tests::error_body(0x2000, "no"))));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(std::get<server_error>(n.talk.next_answer().value().is).code, 0x2000);
}

TEST(ConversationTest, TakesNoMoreThanItsLimit) {
  node n({.in_flight_max = 2});
  n.open();
  n.talk.submit(1, insert, start);
  EXPECT_TRUE(n.talk.has_room());
  n.talk.submit(2, insert, start);
  EXPECT_FALSE(n.talk.has_room());
}

TEST(ConversationTest, TextsBeyondTheLimitGoUnprepared) {
  node n;
  n.open();
  std::vector<statement> many;
  for (std::size_t i = 0; i <= conversation::texts_max; ++i)
    many.push_back({"insert " + std::to_string(i), {text("x")}, {}});
  for (std::size_t i = 0; i < many.size(); ++i) n.talk.submit(i, many[i], start);
  const auto sent = n.requests();
  ASSERT_EQ(sent.size(), many.size());
  EXPECT_EQ(sent[conversation::texts_max - 1].what, opcode::prepare);
  EXPECT_EQ(sent.back().what, opcode::query);
}

TEST(ConversationTest, IsOverdueWhenTheOldestWaitedTooLong) {
  node n({.answer_time_max = 10s});
  EXPECT_FALSE(n.talk.is_overdue(start + 9s));
  EXPECT_TRUE(n.talk.is_overdue(start + 10s));
  n.open();
  EXPECT_FALSE(n.talk.is_overdue(start + 100s));
}

TEST(ConversationTest, StrangersAreRefused) {
  EXPECT_FALSE(node().say("\x83\x00\x00\x00\x00\x00\x00\x00\x00"s));                    // another version
  EXPECT_FALSE(node().say("\x04\x00\x00\x00\x02\x00\x00\x00\x00"s));                    // a request
  EXPECT_FALSE(node().say("\x84\x00\x00\x00\x02\x7f\xff\xff\xff"s));                    // a frame too large
  EXPECT_FALSE(node().say(frame(opcode::ready, 17, "")));                               // an answer to nothing
  EXPECT_FALSE(node().say(frame(opcode::result, node().requests().at(0).stream, "")));  // no result at all
  EXPECT_FALSE(node().say("HTTP/1.1 400 Bad Request\r\n\r\n"));
}

}  // namespace
