#include "gateway/http1/router.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/support/conversation_driver.h"

namespace gateway::http1 {
namespace {

using namespace std::chrono_literals;
using step = planned::step;

// An endpoint that does what it is told, and notes what happened to it.
class scripted final : public endpoint {
 public:
  planned plan(const call& c, exchange& x) override {
    ++plans;
    topic = c.topic;
    under_way = &x;
    x.in_pieces = in_pieces;
    if (never_known) return unknown();
    if (known_after_asking && c.asked == kafka_word::not_asked && !of_body) return unknown();
    if (wants_body) return step::wants_body;
    if (waits) return step::waits;
    x.reply.body = "plain";
    return step::answered;
  }
  planned take(const call& c, std::string_view body, exchange& x) override {
    if (known_after_asking && of_body && c.asked == kafka_word::not_asked) return unknown();
    x.reply.body = "took " + std::string(body);
    return step::answered;
  }
  void write(exchange& x, bool timed_out, std::string& body) override {
    if (timed_out && !in_pieces) return endpoint::write(x, timed_out, body);
    body += std::move(next);
    next.clear();
  }
  void forget(exchange&) noexcept override {
    ++forgotten;
    under_way = nullptr;
  }
  void refuse(const problem& p, reply& r) override {
    r.status = row_of(p.error).status;
    r.body = "own " + std::string(row_of(p.error).code);
  }
  static problem unknown() { return {errc::unknown_topic, "no such topic"}; }

  bool wants_body = false, waits = false, in_pieces = false, known_after_asking = false, never_known = false,
       of_body = false;
  int plans = 0, forgotten = 0;
  std::string next, topic;
  exchange* under_way = nullptr;
};

class RouterTest : public testing::Test {
 protected:
  RouterTest()
      : d({}, [this](ingress::door&) {
          routes r;
          scripted* const all[] = {get, post, remove, other};
          for (scripted* each : all) r.keep(std::unique_ptr<scripted>(each));
          r.add("/a/{topic}", get_and_head, metrics::route::topic, *get);
          r.add("/a/{topic}", set_of(method::post) | set_of(method::put), metrics::route::events, *post);
          r.add("/a/{topic}", set_of(method::delete_), metrics::route::events, *remove);
          r.add("/a/{topic}/{key}", get_and_head, metrics::route::topic, *other);
          return r;
        }) {}

  std::string ask(std::string_view request) {
    const std::size_t before = d.answers().size();
    d.send(std::string(request) + "\r\nHost: h\r\n\r\n");
    return d.answers().substr(before);
  }
  std::string post_body(std::string_view method, std::string_view body) {
    const std::size_t before = d.answers().size();
    d.send(std::string(method) + " /a/t HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body));
    return d.answers().substr(before);
  }
  static std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

  scripted* const get = new scripted;
  scripted* const post = new scripted;
  scripted* const remove = new scripted;
  scripted* const other = new scripted;
  tests::conversation_driver d;
};

TEST_F(RouterTest, PathAndMethodChooseTheEndpoint) {
  post->wants_body = true;
  EXPECT_EQ(body_of(ask("GET /a/t HTTP/1.1")), "plain");
  EXPECT_EQ(get->topic, "t");
  EXPECT_EQ(body_of(post_body("POST", "x")), "took x");
  EXPECT_EQ(body_of(post_body("PUT", "y")), "took y");
  EXPECT_EQ(body_of(ask("DELETE /a/t HTTP/1.1")), "plain");
  EXPECT_EQ(remove->plans, 1);
  EXPECT_EQ(body_of(ask("GET /a/t/k HTTP/1.1")), "plain");
  EXPECT_EQ(other->plans, 1);
  EXPECT_EQ(get->plans, 1);
}

TEST_F(RouterTest, NamesTheMethodsOfAllRowsOfAPath) {
  const std::string refused = ask("PATCH /a/t HTTP/1.1");
  EXPECT_NE(refused.find(" 405 "), std::string::npos);
  EXPECT_NE(refused.find("Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS\r\n"), std::string::npos) << refused;
  EXPECT_NE(ask("OPTIONS /a/t/k HTTP/1.1").find("Allow: GET, HEAD, OPTIONS\r\n"), std::string::npos);
}

TEST_F(RouterTest, AReadMayWaitAndHoldsBackWhatIsBehindIt) {
  get->waits = true;
  EXPECT_EQ(ask("GET /a/t HTTP/1.1"), "");
  EXPECT_EQ(ask("GET /a/t/k HTTP/1.1"), "");
  get->next = "late";
  get->under_way->finish();
  d.go_on();
  EXPECT_NE(d.answers().find("Content-Length: 4"), std::string::npos) << d.answers();
  EXPECT_LT(d.answers().find("late"), d.answers().find("plain"));
  EXPECT_EQ(get->forgotten, 0);
}

TEST_F(RouterTest, AWaitEndsWithTheTimeForAnswers) {
  get->waits = true;
  EXPECT_EQ(ask("GET /a/t HTTP/1.1"), "");
  d.advance(1h);
  EXPECT_NE(d.answers().find(" 504 "), std::string::npos) << d.answers();
  EXPECT_EQ(get->forgotten, 1);
  EXPECT_EQ(body_of(ask("GET /a/t/k HTTP/1.1")), "plain");
}

TEST_F(RouterTest, AnAnswerGoesOutPieceByPiece) {
  get->waits = get->in_pieces = true;
  EXPECT_EQ(ask("GET /a/t HTTP/1.1"), "");
  get->next = "one";
  get->under_way->tell();
  d.go_on();
  EXPECT_NE(d.answers().find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_EQ(body_of(d.answers()), "3\r\none\r\n");
  get->next = "and two";
  get->under_way->finish();
  d.go_on();
  EXPECT_EQ(body_of(d.answers()), "3\r\none\r\n7\r\nand two\r\n0\r\n\r\n");
  EXPECT_EQ(body_of(ask("GET /a/t/k HTTP/1.1")), "plain");
}

TEST_F(RouterTest, PiecesForHttp10EndWithTheConnection) {
  get->waits = get->in_pieces = true;
  ask("GET /a/t HTTP/1.0");
  get->next = "all";
  get->under_way->finish();
  d.go_on();
  EXPECT_EQ(body_of(d.answers()), "all");
  EXPECT_EQ(d.answers().find("Content-Length"), std::string::npos);
  EXPECT_TRUE(d.is_over());
}

TEST_F(RouterTest, AnUnknownTopicOfTheHeadIsAskedForOnce) {
  get->known_after_asking = true;
  EXPECT_EQ(body_of(ask("GET /a/t HTTP/1.1")), "plain");
  EXPECT_EQ(d.world.refreshes(), 1);
  EXPECT_EQ(get->plans, 2);
}

TEST_F(RouterTest, AnUnknownTopicOfTheBodyIsAskedForAndTheBodyTakenThen) {
  post->known_after_asking = post->of_body = post->wants_body = true;
  EXPECT_EQ(body_of(post_body("POST", "one")), "took one");
  EXPECT_EQ(d.world.refreshes(), 1);
  const std::size_t before = d.answers().size();
  d.send(
      "POST /a/t HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ntw\r\n1\r\no\r\n0\r\n\r\nGET /a/t/k "
      "HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string both = d.answers().substr(before);
  EXPECT_NE(both.find("took two"), std::string::npos) << both;
  EXPECT_NE(both.find("plain"), std::string::npos) << both;
  EXPECT_EQ(d.world.refreshes(), 2);
}

TEST_F(RouterTest, ADialectRefusesInItsOwnForm) {
  get->never_known = true;
  EXPECT_EQ(body_of(ask("GET /a/t HTTP/1.1")), "own unknown_topic");
  d.world.go_away();
  EXPECT_EQ(body_of(ask("GET /a/t HTTP/1.1")), "own not_ready");
  EXPECT_NE(d.answers().find("Retry-After: 7"), std::string::npos) << d.answers();
}

TEST_F(RouterTest, AClientThatLeavesIsForgotten) {
  get->waits = true;
  ask("GET /a/t HTTP/1.1");
  d.hang_up();
  EXPECT_EQ(get->forgotten, 1);
}

}  // namespace
}  // namespace gateway::http1
