// Two instances in one process, over real sockets: what one does not own it passes on to the other, and tells the truth
// about it. Their logs are in memory; what another instance's Kafka would do is in tests/kafka/store_instances_test.py.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "metrics/events.h"
#include "tests/support/raw_client.h"
#include "tests/support/store_fixture.h"

namespace tests {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// The body of an answer in chunks.
std::string joined(std::string_view answer) {
  std::string body;
  answer.remove_prefix(std::min(answer.find("\r\n\r\n") + 4, answer.size()));
  while (!answer.empty()) {
    const std::size_t line = answer.find("\r\n");
    const std::size_t bytes = std::stoul(std::string(answer.substr(0, line)), nullptr, 16);
    if (bytes == 0) return body;
    body += answer.substr(line + 2, bytes);
    answer.remove_prefix(std::min(line + 2 + bytes + 2, answer.size()));
  }
  return body;
}

std::string field(const http_answer& a, const std::string& name) {
  const auto found = a.fields.find(name);
  return found == a.fields.end() ? "none" : found->second;
}

struct StorePeersTest : ::testing::Test {
  explicit StorePeersTest(std::string_view secret = store_fixture::peer_secret)
      : asked(log_of_asked, folder_of_asked.path, {}, 2, secret) {
    owner = std::make_unique<store_fixture>(log_of_owner, folder_of_owner.path);
    for (auto& o : asked.owned()) o->lose_all();
    tell_who_owns("g-1:8080");
  }

  void tell_who_owns(const std::string& instance) {
    gateway::peers::peer_book::member m{{instance, "127.0.0.1", owner->tcp_port(), false}, {}};
    for (std::int32_t p = 0; p < 4; ++p) m.assigned.emplace_back("carts", p);
    asked.peers().set({m}, true);
  }
  http_answer ask(std::string_view bytes, bool without_body = false) {
    raw_client c(asked.port());
    EXPECT_TRUE(c.send(bytes));
    auto a = c.answer(15s, without_body);
    EXPECT_TRUE(a.has_value()) << bytes.substr(0, 200);
    return a ? *a : http_answer{};
  }
  http_answer append(std::string_view aggregate, std::string_view body, std::string_view fields = "",
                     std::string_view query = "") {
    return ask("POST /v1/topics/carts/aggregates/" + std::string(aggregate) + "/events" + std::string(query) +
               " HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n" + std::string(fields) +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
  }
  http_answer read(std::string_view aggregate, std::string_view query = "", std::string_view fields = "") {
    return ask(get("/v1/topics/carts/aggregates/" + std::string(aggregate) + "/events" + std::string(query), fields));
  }

  std::string read_long(std::string_view query, std::string_view fields = "") {
    raw_client c(asked.port());
    c.send(get("/v1/topics/carts/aggregates/long/events" + std::string(query),
               std::string(fields) + "Connection: close\r\n"));
    return joined(c.everything(20s));
  }

  temporary_folder folder_of_asked, folder_of_owner;
  fake_log log_of_asked, log_of_owner;
  store_fixture asked;
  std::unique_ptr<store_fixture> owner;
};

TEST_F(StorePeersTest, AnAppendIsPassedOnAndItsAnswerSaysWhoseItWas) {
  const auto a = append("c", R"([{"eventId":"1"},{"eventId":"2"}])", "Expected-Version: 0\r\n");
  ASSERT_EQ(a.status, 201) << a.body;
  EXPECT_EQ(field(a, "headgate-owner"), "g-1:8080");
  EXPECT_EQ(field(a, "etag"), "\"2\"");
  EXPECT_TRUE(a.has(R"("version":2,"events":2,"first_version":1,)")) << a.body;
  EXPECT_EQ(log_of_owner.records("carts").size(), 2U);
  EXPECT_TRUE(log_of_asked.records("carts").empty());
  const auto conflict = append("c", R"({"eventId":"3"})", "Expected-Version: 1\r\n");
  EXPECT_EQ(conflict.status, 409);
  EXPECT_TRUE(conflict.has(R"("current_version":2)")) << conflict.body;
  EXPECT_EQ(append("c", R"({"eventId":"3"})", "If-Match: \"1\"\r\n").status, 412);
  const auto again = append("c", R"([{"eventId":"1"},{"eventId":"2"}])", "Expected-Version: 0\r\n");
  EXPECT_EQ(again.status, 200);
  EXPECT_TRUE(again.has(R"("duplicate":true)"));
  EXPECT_EQ(log_of_owner.records("carts").size(), 2U);
}

TEST_F(StorePeersTest, AnInstanceThatEndsTheConnectionBeforeItAnswersIsSaid) {
  const int door = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(at);
  ASSERT_EQ(::bind(door, reinterpret_cast<const sockaddr*>(&at), size), 0);
  ASSERT_EQ(::listen(door, 16), 0);
  ASSERT_EQ(::getsockname(door, reinterpret_cast<sockaddr*>(&at), &size), 0);
  std::jthread closing([door](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const int came = ::accept(door, nullptr, nullptr);
      if (came < 0) return;
      char hello = 0;
      (void)::recv(came, &hello, 1, 0);
      ::shutdown(came, SHUT_WR);
      ::close(came);
    }
  });
  gateway::peers::peer_book::member m{{"g-9:8080", "127.0.0.1", ntohs(at.sin_port), false}, {}};
  for (std::int32_t p = 0; p < 4; ++p) m.assigned.emplace_back("carts", p);
  asked.peers().set({m}, true);
  const auto before = metrics::happened_total(metrics::happening::store_peer_lost);
  EXPECT_EQ(append("c", R"({"eventId":"1"})").status, 503);
  EXPECT_GT(metrics::happened_total(metrics::happening::store_peer_lost), before);
  ::shutdown(door, SHUT_RDWR);
  closing.join();
  ::close(door);
}

TEST_F(StorePeersTest, ReadsArePassedOn) {
  append("c", R"([{"n":1},{"n":2},{"n":3}])");
  const auto all = read("c");
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(field(all, "etag"), "\"3\"");
  EXPECT_EQ(field(all, "headgate-owner"), "g-1:8080");
  EXPECT_TRUE(all.body.starts_with(R"([{"version":1,"offset":)")) << all.body;
  EXPECT_TRUE(all.body.ends_with(R"("event":{"n":3}}])")) << all.body;
  const auto lines = read("c", "?direction=backward&limit=2", "Accept: application/x-ndjson\r\n");
  EXPECT_TRUE(lines.body.starts_with(R"({"version":3,)")) << lines.body;
  EXPECT_EQ(std::ranges::count(lines.body, '\n'), 2);
  EXPECT_EQ(read("nobody").body, "[]");
  EXPECT_EQ(read("c", "?fresh=true&at_least=3").status, 200);
  EXPECT_EQ(read("c", "?at_least=9&wait_ms=20").status, 504);
  const auto head = ask("HEAD /v1/topics/carts/aggregates/c/events HTTP/1.1\r\nHost: t\r\n\r\n", true);
  EXPECT_EQ(field(head, "headgate-aggregate-version"), "3");
}

TEST_F(StorePeersTest, LongReadsComeInPieces) {
  const std::string filler(3000, 'x');
  std::string body = "[";
  for (int i = 0; i < 300; ++i)
    body += (i > 0 ? "," : "") + (R"({"n":)" + std::to_string(i) + R"(,"x":")" + filler + "\"}");
  ASSERT_EQ(append("long", body + "]").status, 201);
  const std::string all = read_long("");
  EXPECT_GT(all.size(), 900'000U);
  EXPECT_TRUE(all.ends_with("\"}}]"));
  std::size_t at = 0;
  for (int v = 1; v <= 300; ++v) {
    at = all.find(R"({"version":)" + std::to_string(v) + ",", at);
    ASSERT_NE(at, std::string::npos) << v;
  }
  const std::string lines = read_long("?direction=backward&limit=250", "Accept: application/x-ndjson\r\n");
  EXPECT_EQ(std::ranges::count(lines, '\n'), 250);
  EXPECT_NE(lines.find(R"({"version":51,)"), std::string::npos);
  EXPECT_EQ(asked.budget.bytes(), 0);
}

TEST_F(StorePeersTest, OrdinaryPostsArePassedOn) {
  std::string body = "[";
  for (int i = 0; i < 200; ++i)
    body += (i > 0 ? "," : "") +
            (R"({"aggregateId":"p-)" + std::to_string(i % 8) + R"(","eventId":"e)" + std::to_string(i) + "\"}");
  const auto a = ask(post(body + "]", "application/json", "", "", "carts"));
  EXPECT_EQ(a.status, 200) << a.body;
  EXPECT_TRUE(a.has(R"("persisted":200)")) << a.body;
  EXPECT_EQ(log_of_owner.records("carts").size(), 200U);
  EXPECT_EQ(field(read("p-3", "?limit=1"), "etag"), "\"25\"");
  const auto again = ask(post(body + "]", "application/json", "", "", "carts"));
  EXPECT_TRUE(again.has(R"("duplicate":200)")) << again.body;
}

TEST_F(StorePeersTest, WhatNobodyOwnsIs503AndNothingIsWritten) {
  for (auto& o : owner->owned()) o->lose_all();
  const auto began = steady_clock::now();
  const auto a = append("c", R"({"n":1})");
  EXPECT_EQ(a.status, 503);
  EXPECT_TRUE(a.has(R"("code":"no_owner")")) << a.body;
  EXPECT_NE(field(a, "retry-after"), "none");
  EXPECT_LT(steady_clock::now() - began, 8s);
  EXPECT_EQ(read("c").status, 503);
  EXPECT_TRUE(log_of_owner.records("carts").empty());
}

TEST_F(StorePeersTest, AnAppendThatTheOwnerDoesNotSettleIsUnknownAndARetryFindsOut) {
  for (auto& o : owner->owned()) o->hold();
  EXPECT_EQ(append("c", R"({"eventId":"1"})", "Expected-Version: 0\r\n", "?timeout_ms=200").status, 504);
  for (auto& o : owner->owned()) o->release();
  EXPECT_EQ(append("c", R"({"eventId":"1"})", "Expected-Version: 0\r\n").status, 200);
}

TEST_F(StorePeersTest, AnOwnerThatIsGoneWithAnAppendLeavesItUnknownAndIsNotAskedAgain) {
  ASSERT_EQ(append("c", R"({"eventId":"1"})").status, 201);
  for (auto& o : owner->owned()) o->hold();
  std::jthread ends([this] {
    std::this_thread::sleep_for(200ms);
    owner.reset();
  });
  EXPECT_EQ(append("c", R"({"eventId":"2"})").status, 504);
  ends.join();
  EXPECT_EQ(append("c", R"({"eventId":"3"})").status, 503) << "it was never sent";
}

TEST_F(StorePeersTest, WhatWaitedForAPartitionThatIsLostGoesToTheNextOwner) {
  for (auto& o : asked.owned()) o->run([] {});
  for (auto& o : asked.owned()) o->gain_all();
  EXPECT_EQ(field(append("c", R"({"eventId":"0"})"), "headgate-owner"), "g-2:8080");
  for (auto& o : asked.owned()) o->hold();
  std::vector<http_answer> answers(2);
  std::vector<std::jthread> clients;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back([this, i, &answers] {
      answers[static_cast<std::size_t>(i)] = append("c", R"({"eventId":"w)" + std::to_string(i) + "\"}");
    });
    std::this_thread::sleep_for(100ms);
  }
  for (auto& o : asked.owned()) o->lose_all();  // the first is under way at Kafka, the second waits behind it
  clients.pop_back();
  EXPECT_EQ(answers[1].status, 201) << answers[1].body;
  EXPECT_EQ(field(answers[1], "headgate-owner"), "g-1:8080");
  for (auto& o : asked.owned()) o->release();
}

struct WrongSecretTest : StorePeersTest {
  WrongSecretTest() : StorePeersTest("another secret, long enough") {}
};

TEST_F(WrongSecretTest, AnInstanceThatDoesNotKnowTheSecretGetsNothing) {
  EXPECT_EQ(append("c", R"({"n":1})").status, 503);
  EXPECT_EQ(read("c").status, 503);
  EXPECT_TRUE(log_of_owner.records("carts").empty());
}

}  // namespace
}  // namespace tests
