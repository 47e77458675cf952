// The most that hostile clients can make the gateway hold: for each term of the budget the worst input we know, on the
// listener that takes it, and honest clients beside it. Memory stays within the budget, a quarter of it, and what is
// there for each connection and each lane in any case.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/gateway/frames/front_fixture.h"
#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"

namespace {

using namespace std::chrono_literals;
using frames_test::encode;
using frames_test::front_fixture;
using frames_test::record;
using tests::gateway_fixture;
using tests::raw_client;

constexpr std::int64_t budget_bytes = 16 << 20;
constexpr std::size_t lane_bytes = 24 << 20;      // what a lane keeps: decoded events, one body, buffers; and malloc's
constexpr std::size_t connection_bytes = 10'000;  // what a connection may hold in any case (docs/operations.md)

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * 4096;
}

gateway::config::settings small_budget() {
  gateway::config::settings s;
  s.limits.in_flight_bytes_max = budget_bytes;
  s.limits.in_flight_bytes_high = budget_bytes / 4 * 3;
  s.limits.in_flight_bytes_low = budget_bytes / 2;
  s.limits.decoded_bytes_max = budget_bytes / 4;
  s.limits.body_bytes_max = budget_bytes / 4;
  s.limits.frame_bytes_max = budget_bytes / 4;
  s.limits.events_per_request_max = budget_bytes / 4 / 320;
  return s;
}

/// A client that sends what the gateway takes, and never reads.
class pusher {
 public:
  pusher(std::uint16_t port, const std::string& what) : text_(&what), fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int little = 4096;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) ADD_FAILURE() << "connect";
    ::fcntl(fd_, F_SETFL, O_NONBLOCK);
  }
  pusher(pusher&& other) noexcept : text_(other.text_), fd_(std::exchange(other.fd_, -1)), sent_(other.sent_) {}
  pusher(const pusher&) = delete;
  ~pusher() {
    if (fd_ >= 0) ::close(fd_);
  }
  /// False: nothing more is taken now.
  bool push() {
    if (sent_ == text_->size()) return false;
    const auto n = ::send(fd_, text_->data() + sent_, text_->size() - sent_, MSG_NOSIGNAL);
    if (n > 0) sent_ += static_cast<std::size_t>(n);
    return n > 0;
  }

 private:
  const std::string* text_;
  int fd_;
  std::size_t sent_ = 0;
};

/// All of them send what they can until nothing moves any more.
void push_all(std::vector<pusher>& clients) {
  for (int quiet = 0; quiet < 6;) {
    bool moved = false;
    for (pusher& one : clients) moved |= one.push();
    quiet = moved ? 0 : quiet + 1;
    std::this_thread::sleep_for(moved ? 5ms : 50ms);
  }
}

class hostile_clients {
 public:
  hostile_clients(std::uint16_t port, std::size_t count, std::string what) : text_(std::move(what)) {
    malloc_trim(0);
    before_ = resident_bytes();
    for (std::size_t i = 0; i < count; ++i) clients_.emplace_back(port, text_);
    push_all(clients_);
  }
  /// Beyond what was there before, and what there is for each connection and lane.
  [[nodiscard]] std::size_t grown() const {
    const std::size_t now = resident_bytes(), given = before_ + lane_bytes + clients_.size() * connection_bytes;
    return now > given ? now - given : 0;
  }

 private:
  std::string text_;
  std::vector<pusher> clients_;
  std::size_t before_ = 0;
};

constexpr std::size_t allowed = budget_bytes / 4 * 5;

std::string head_of_post(std::size_t body_bytes, std::string_view fields = "") {
  return "POST /v1/topics/orders/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n" +
         std::string(fields) + "Content-Length: " + std::to_string(body_bytes) + "\r\n\r\n";
}

int status_of_honest(gateway_fixture& gateway, std::size_t bytes = 100) {
  raw_client honest(gateway.port());
  honest.send(tests::post(R"({"aggregateId":"h","p":")" + std::string(bytes, 'x') + "\"}"));
  const auto said = honest.answer(15s);
  return said ? said->status : 0;
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(HttpBoundsTest, HalfSentHeadsAndBodiesRefuseNoHonestClient) {
  const std::string bodies = head_of_post(budget_bytes / 4) + std::string(600'000, ' ');
  const std::string heads = "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Pad: " + std::string(15'000, 'x');
  for (const std::string& half : {bodies, heads}) {
    gateway_fixture gateway(small_budget());
    hostile_clients hostile(gateway.port(), 300, half);
    EXPECT_LE(hostile.grown(), allowed);
    EXPECT_LE(gateway.budget.bytes(), budget_bytes / 2 + budget_bytes / 16) << "never so much that all is refused";
    for (int i = 0; i < 10; ++i) EXPECT_EQ(status_of_honest(gateway), 200);
    EXPECT_EQ(status_of_honest(gateway, 500'000), 200) << "a large one waits until the slow have made room";
  }
}

/// The statuses of `count` honest requests that are sent at once.
std::vector<int> statuses_of_honest(gateway_fixture& gateway, std::size_t count, std::size_t bytes) {
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<raw_client>> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<raw_client>(gateway.port()));
    clients.back()->send(tests::post(R"({"aggregateId":"h","p":")" + std::string(bytes, 'x') + "\"}"));
  }
  std::vector<int> said;
  for (const auto& each : clients) {
    const auto answer = each->answer(15s);
    said.push_back(answer ? answer->status : 0);
  }
  const auto took = std::chrono::steady_clock::now() - begun;
  EXPECT_LE(took, 8s) << "the slow make room after 2 s";
  return said;
}

TEST(HttpBoundsTest, FewConnectionsThatHoldWhatTheyCanRefuseNoHonestClient) {
  gateway_fixture gateway;
  const std::string half = head_of_post(8 << 20) + std::string(7 << 20, ' ');
  hostile_clients hostile(gateway.port(), 8, half);
  EXPECT_GT(gateway.budget.bytes(), 4 << 20) << "they hold something";
  EXPECT_FALSE(gateway.budget.paused());
  EXPECT_EQ(statuses_of_honest(gateway, 45, 100'000), std::vector<int>(45, 200));
}

TEST(HttpBoundsTest, APromiseReservesNothing) {
  gateway_fixture gateway;
  hostile_clients hostile(gateway.port(), 50, head_of_post(8 << 20) + std::string(70'000, ' '));
  EXPECT_LE(gateway.budget.bytes(), 50 * 192 * 1024) << "twice as much as has come, and a read";
  EXPECT_EQ(statuses_of_honest(gateway, 45, 100'000), std::vector<int>(45, 200));
}

// Others wait meanwhile, and only those that hold much must make room.
TEST(HttpBoundsTest, ASlowClientThatHoldsLittleIsNotInTheWay) {
  gateway_fixture gateway;
  raw_client slow(gateway.port());
  const std::string request = tests::post(R"({"aggregateId":"s","p":")" + std::string(20'000, 'x') + "\"}");
  slow.send(request.substr(0, 10'000));
  hostile_clients hostile(gateway.port(), 8, head_of_post(8 << 20) + std::string(7 << 20, ' '));
  EXPECT_EQ(statuses_of_honest(gateway, 20, 100'000), std::vector<int>(20, 200));
  std::this_thread::sleep_for(3s);
  slow.send(request.substr(10'000));
  const auto said = slow.answer(15s);
  EXPECT_TRUE(said && said->status == 200);
}

TEST(HttpBoundsTest, AnswersThatNobodyReads) {
  gateway_fixture gateway(small_budget());
  const std::string body = repeated("{\n", 13'000);
  hostile_clients hostile(gateway.port(), 100, repeated(head_of_post(body.size()) + body, 8));
  EXPECT_LE(hostile.grown(), allowed);
  EXPECT_TRUE(front_fixture::eventually([&] { return status_of_honest(gateway) == 200; }));
}

/// Kafka goes on, and everything is settled before the gateway ends, as a drain has it.
template <class Fixture>
void settle_all(Fixture& gateway) {
  gateway.publisher.release();
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (gateway.budget.bytes() > 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(5ms);
  EXPECT_EQ(gateway.budget.bytes(), 0);
}

TEST(HttpBoundsTest, RequestsWhileKafkaStandsStill) {
  gateway_fixture gateway(small_budget());
  gateway.publisher.hold();
  const std::string one = head_of_post(2) + "{}";
  hostile_clients hostile(gateway.port(), 900, repeated(one, 40));
  EXPECT_LE(hostile.grown(), allowed);
  settle_all(gateway);
}

TEST(HttpBoundsTest, HeadersOfARequestOnEachOfItsEvents) {
  gateway_fixture gateway(small_budget());
  gateway.publisher.hold();
  std::string fields;
  for (int i = 0; i < 50; ++i) fields += "Headgate-Header-a" + std::to_string(i) + ": x\r\n";
  const std::string body = repeated("{}\n", 1000);
  hostile_clients hostile(gateway.port(), 40, repeated(head_of_post(body.size(), fields) + body, 4));
  EXPECT_LE(hostile.grown(), allowed);
  settle_all(gateway);
}

std::uint32_t honest_records(front_fixture& gateway, std::size_t bytes) {
  frames_test::frame_client honest(gateway.tcp_port());
  honest.greet();
  honest.send(encode({.records = {{"k", std::string(bytes, 'x')}}}));
  return honest.acked_up_to(1, 15s).counts[frames_test::count::persisted];
}

TEST(FramesBoundsTest, HalfSentFramesHoldUpNoHonestClient) {
  const std::string whole = encode({.records = {{"k", std::string(900'000, 'x')}, {"k", std::string(900'000, 'x')}}});
  for (const std::size_t sent : {std::size_t{20}, std::size_t{3000}, std::size_t{50'000}, std::size_t{400'000}}) {
    front_fixture gateway(small_budget());
    hostile_clients hostile(gateway.tcp_port(), 300, frames_test::hello() + whole.substr(0, sent));
    EXPECT_LE(hostile.grown(), allowed) << sent;
    EXPECT_LE(gateway.budget.bytes(), budget_bytes / 2) << sent;
    for (int i = 0; i < 5; ++i) EXPECT_EQ(honest_records(gateway, 100), 1U) << sent;
    EXPECT_EQ(honest_records(gateway, 700'000), 1U) << "a large one waits until the slow have made room: " << sent;
  }
}

TEST(FramesBoundsTest, AnswersThatNobodyReads) {
  front_fixture gateway(small_budget());
  constexpr std::uint32_t records = 10'000;
  std::string frames = frames_test::hello();
  for (std::uint64_t sequence = 1; sequence <= 60; ++sequence)
    frames += encode({.sequence = sequence,
                      .records = std::vector<record>(records, {"", ""}),
                      .compression = 1,
                      .packed = frames_test::zstd_of_zeros(8 * records)});
  hostile_clients hostile(gateway.tcp_port(), 60, frames);
  EXPECT_LE(hostile.grown(), allowed);
  EXPECT_TRUE(front_fixture::eventually([&] { return !gateway.budget.paused(); })) << "who does not read is let go";
}

TEST(FramesBoundsTest, FramesWhileKafkaStandsStill) {
  front_fixture gateway(small_budget());
  gateway.publisher.hold();
  std::string small = frames_test::hello(), refused = small, headers = small;
  for (std::uint64_t sequence = 1; sequence <= 1000; ++sequence) {
    small += encode({.sequence = sequence, .records = {{"k", "x"}}});
    const std::string topic = sequence == 1 ? "orders" : "no-such-topic-" + std::string(200, 'x');
    refused += encode({.sequence = sequence, .topic = topic, .records = {{"k", "x"}}});
    if (sequence > 40) continue;
    const record with{"k", "x", std::vector<std::pair<std::string, std::string>>(60, {"", ""})};
    headers += encode({.sequence = sequence, .records = std::vector<record>(100, with)});
  }
  for (const std::string& frames : {small, refused, headers}) {
    hostile_clients hostile(gateway.tcp_port(), 100, frames);
    EXPECT_LE(hostile.grown(), allowed);
  }
  settle_all(gateway);
}

TEST(LinesBoundsTest, HalfSentLinesHoldUpNoHonestClient) {
  for (const std::size_t sent : {std::size_t{50'000}, std::size_t{900'000}}) {
    front_fixture gateway(small_budget());
    hostile_clients hostile(gateway.lines_port(), 200, R"({"p":")" + std::string(sent, 'x'));
    EXPECT_LE(hostile.grown(), allowed) << sent;
    EXPECT_LE(gateway.budget.bytes(), budget_bytes / 2) << sent;
    raw_client honest(gateway.lines_port());
    honest.send("{\"n\":1}\n{\"p\":\"" + std::string(500'000, 'y') + "\"}\n");
    EXPECT_TRUE(front_fixture::eventually([&] { return gateway.publisher.records().size() == 2; })) << sent;
  }
}

TEST(LinesBoundsTest, LinesWhileKafkaStandsStill) {
  front_fixture gateway(small_budget());
  gateway.publisher.hold();
  hostile_clients hostile(gateway.lines_port(), 50, repeated("{}\n", 200'000));
  EXPECT_LE(hostile.grown(), allowed);
  gateway.publisher.release();
}

}  // namespace
