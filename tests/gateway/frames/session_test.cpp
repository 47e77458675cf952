// The frame protocol over real sockets: what the state machine cannot show.
#include "gateway/frames/session.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/gateway/frames/front_fixture.h"
#include "tests/gateway/frames/page.h"
#include "tests/support/held_lane.h"

namespace frames_test {
namespace {

gateway::config::settings small_budget() {
  gateway::config::settings s;
  s.limits.in_flight_bytes_max = 1 << 20;
  s.limits.in_flight_bytes_high = 768 << 10;
  s.limits.in_flight_bytes_low = 256 << 10;
  return s;
}

std::vector<record> numbered(std::size_t count, std::size_t bytes = 100) {
  std::vector<record> records;
  for (std::size_t i = 0; i < count; ++i) records.push_back({"key-" + std::to_string(i % 7), std::string(bytes, 'v')});
  return records;
}

TEST(TcpSessionTest, PublishesWhatWasSentAndTellsWhereItIs) {
  front_fixture gateway;
  frame_client client(gateway.tcp_port());
  client.greet();
  client.send(encode({.records = {{"a", "1", {{"h", "x"}}}, {{}, "2"}, {"", "3"}}, .results = 2}));
  const ack got = client.acked_up_to(1);
  EXPECT_EQ(got.counts[0], 3U);
  ASSERT_EQ(got.entries.size(), 1U);
  ASSERT_EQ(got.entries[0].positions.size(), 3U);
  const auto records = gateway.publisher.records();
  ASSERT_EQ(records.size(), 3U);
  for (const auto& r : records) {
    const auto index = static_cast<std::size_t>(r.value[0] - '1');
    EXPECT_EQ(got.entries[0].positions[index], std::pair(r.partition, r.offset)) << r.value;
    if (index == 0) {
      EXPECT_EQ(r.key, "a");
      ASSERT_EQ(r.headers.size(), 1U);
    }
    EXPECT_EQ(r.key.has_value(), index != 1);
  }
}

TEST(TcpSessionTest, TakesCompressedFrames) {
  front_fixture gateway;
  for (const char* name : {"publish_zstd", "publish_lz4"}) {
    frame_client client(gateway.tcp_port());
    client.greet();
    client.send(vector(name));
    EXPECT_EQ(client.acked_up_to(1).counts[0], 2U);
  }
  EXPECT_EQ(gateway.publisher.records().size(), 4U);
}

TEST(TcpSessionTest, ABlockThatUnpacksToAnotherSizeIsBadCompression) {
  front_fixture gateway;
  for (const std::uint8_t how : {1, 2}) {
    frame_client client(gateway.tcp_port());
    client.greet();
    client.send(encode({.records = numbered(3), .compression = how, .packed = "neither zstd nor lz4"}));
    const auto error = client.next();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->type, frame_type::error);
    EXPECT_EQ(error->code, 9);
    EXPECT_EQ(error->sequence, 1U);
  }
  EXPECT_TRUE(gateway.publisher.records().empty());
}

TEST(TcpSessionTest, TakesFramesOfEverySizeHoweverTheyArrive) {
  front_fixture gateway;
  frame_client client(gateway.tcp_port());
  client.greet();
  std::uint64_t sequence = 0;
  std::string bytes;
  for (const std::size_t size : {1U, 60'000U, 65'500U, 65'536U, 70'000U, 900'000U, 1U, 300'000U, 10U})
    bytes += encode({.sequence = ++sequence, .records = {{"k", std::string(size, 'x')}}});
  for (std::size_t at = 0, piece = 1; at < bytes.size(); at += piece, piece = piece * 3 % 100'003 + 1)
    client.send(std::string_view(bytes).substr(at, piece));
  EXPECT_EQ(client.acked_up_to(sequence).counts[0], 9U);
  EXPECT_EQ(gateway.publisher.records()[5].value.size(), 900'000U);
  EXPECT_TRUE(front_fixture::eventually([&] { return gateway.budget.bytes() == 0; }));
}

TEST(TcpSessionTest, JsonIsValidatedAndItsKeyFoundOnlyWhenAsked) {
  front_fixture gateway;
  frame_client client(gateway.tcp_port());
  client.greet();
  const std::vector<record> records = {
      {{}, R"( {"aggregateId":"o\u002d1"} )"}, {{}, "{broken"}, {"mine", R"({"aggregateId":7})"}, {{}, "[1]"}};
  client.send(encode({.sequence = 1, .records = records, .options = 1}));
  client.send(encode({.sequence = 2, .records = records}));
  const ack got = client.acked_up_to(2);
  EXPECT_EQ(got.counts[0], 6U);
  EXPECT_EQ(got.counts[2], 2U);
  ASSERT_EQ(got.entries.size(), 1U);
  ASSERT_EQ(got.entries[0].failures.size(), 2U);
  EXPECT_EQ(got.entries[0].failures[0].index, 1U);
  EXPECT_EQ(got.entries[0].failures[0].reason, 1);
  EXPECT_EQ(got.entries[0].failures[1].index, 3U);
  EXPECT_FALSE(got.entries[0].failures[1].detail.empty());
  int keyed = 0;
  for (const auto& r : gateway.publisher.records())
    keyed += r.key == "o-1" && r.value == R"( {"aggregateId":"o\u002d1"} )";
  EXPECT_EQ(keyed, 1) << "the value as sent, white space included";
}

TEST(TcpSessionTest, OnInvalidIsTheFramesOwn) {
  front_fixture gateway;
  frame_client client(gateway.tcp_port());
  client.greet();
  const std::vector<record> records = {{"a", "1"}, {"a", ""}, {"a", "3"}, {"b", "4"}};
  client.send(encode({.sequence = 1, .records = records, .on_invalid = 1}));
  client.send(encode({.sequence = 2, .records = records, .on_invalid = 2}));
  client.send(encode({.sequence = 3, .records = records, .on_invalid = 3}));
  const ack got = client.acked_up_to(3);
  EXPECT_EQ(got.counts[0], 3U + 2U);
  EXPECT_EQ(got.counts[2], 3U);
  EXPECT_EQ(got.counts[5], 1U);
  EXPECT_EQ(got.counts[3], 3U);
}

TEST(TcpSessionTest, AckNoneIsAcceptedAndStillItemisesWhatIsRejected) {
  front_fixture gateway;
  frame_client client(gateway.tcp_port());
  client.greet();
  gateway.publisher.hold();
  client.send(encode({.records = {{"a", "1"}, {"a", ""}}, .ack = 2, .results = 2}));
  const ack got = client.acked_up_to(1);
  EXPECT_EQ(got.counts[6], 1U);
  EXPECT_EQ(got.counts[2], 1U);
  ASSERT_EQ(got.entries.size(), 1U);
  EXPECT_EQ(got.entries[0].ack, 2);
  EXPECT_TRUE(got.entries[0].positions.empty());
}

TEST(TcpSessionTest, AsksKafkaBeforeATopicIsUnknown) {
  front_fixture gateway;
  frame_client client(gateway.tcp_port());
  client.greet();
  gateway.world.add_topic("fresh", 3);
  client.send(encode({.sequence = 1, .topic = "fresh", .records = numbered(2)}) +
              encode({.sequence = 2, .topic = "nope", .records = numbered(2)}) +
              encode({.sequence = 3, .records = numbered(2)}) + encode({.sequence = 4, .records = {}}));
  const ack got = client.acked_up_to(4);
  EXPECT_EQ(got.counts[0], 4U);
  EXPECT_EQ(got.counts[7], 2U);
  ASSERT_EQ(got.entries.size(), 2U);
  EXPECT_EQ(got.entries[0].sequence, 2U);
  EXPECT_EQ(got.entries[0].status, 1);
  EXPECT_EQ(got.entries[1].status, 3);
  EXPECT_EQ(gateway.world.refreshes(), 2);
}

TEST(TcpSessionTest, AckNoneIsRefusedWhereTheTopicForbidsIt) {
  gateway::config::settings settings;
  settings.topics.emplace_back().ack_none_allowed = false;
  front_fixture gateway(settings);
  frame_client client(gateway.tcp_port());
  client.greet();
  client.send(encode({.records = numbered(1), .ack = 2}));
  const ack got = client.acked_up_to(1);
  ASSERT_EQ(got.entries.size(), 1U);
  EXPECT_EQ(got.entries[0].status, 2);
}

TEST(TcpSessionTest, RepeatsTheFateThatKafkaGave) {
  front_fixture gateway;
  gateway.publisher.settle_as(batching::outcome::possibly_persisted, batching::reason::producer_failed);
  frame_client client(gateway.tcp_port());
  client.greet();
  client.send(encode({.records = numbered(2)}));
  const ack got = client.acked_up_to(1);
  EXPECT_EQ(got.counts[4], 2U);
  EXPECT_EQ(got.entries[0].failures[1].reason, 14);
}

TEST(TcpSessionTest, StopsReadingWhenFullAndLosesNothing) {
  front_fixture gateway(small_budget());
  gateway.publisher.hold();
  frame_client client(gateway.tcp_port());
  const message welcome = client.greet();
  std::uint64_t sequence = 0, bytes = 0, credit_sequence = welcome.sequence, credit_bytes = welcome.bytes;
  const auto send_all = [&] {
    for (;;) {
      const std::string frame = encode({.sequence = sequence + 1, .records = numbered(100, 300)});
      if (sequence + 1 > credit_sequence || bytes + frame.size() > credit_bytes) return;
      client.send(frame);
      ++sequence;
      bytes += frame.size();
    }
  };
  send_all();
  ASSERT_TRUE(front_fixture::eventually([&] { return gateway.budget.bytes() > 300'000; }));
  EXPECT_FALSE(client.next(400ms)) << "full: neither ack nor credit";
  EXPECT_LE(gateway.budget.bytes(), 1 << 20);

  gateway.publisher.release();
  std::uint64_t answered = 0;
  std::uint32_t persisted = 0, not_persisted = 0;
  while (answered < 200) {
    const auto said = client.next();
    ASSERT_TRUE(said) << answered;
    ASSERT_NE(said->type, frame_type::error) << said->text;
    if (said->type == frame_type::ack) {
      answered = said->ack.sequence;
      persisted += said->ack.counts[0];
      not_persisted += said->ack.counts[3];  // a partition held its share of the budget
    }
    if (said->type == frame_type::credit) {
      credit_sequence = said->sequence;
      credit_bytes = said->bytes;
      if (sequence < 300) send_all();
    }
  }
  EXPECT_EQ(persisted + not_persisted, answered * 100);
  EXPECT_GE(gateway.publisher.records().size(), persisted);
}

TEST(TcpSessionTest, ManyHalfSentLargeFramesHoldBoundedMemoryAndStillComplete) {
  front_fixture gateway(small_budget());
  std::vector<std::unique_ptr<frame_client>> clients;
  const std::string frame = encode({.records = {{"k", std::string(80'000, 'x')}, {"k", std::string(80'000, 'y')}}});
  for (int i = 0; i < 12; ++i) {
    clients.push_back(std::make_unique<frame_client>(gateway.tcp_port()));
    clients.back()->greet();
    clients.back()->send(frame.substr(0, frame.size() - 10));
  }
  std::this_thread::sleep_for(200ms);
  EXPECT_LE(gateway.budget.bytes(), 256 << 10);
  for (auto& c : clients) c->send(frame.substr(frame.size() - 10));
  for (auto& c : clients) EXPECT_EQ(c->acked_up_to(1).counts[0], 2U);
  EXPECT_TRUE(front_fixture::eventually([&] { return gateway.budget.bytes() == 0; }));
}

TEST(TcpSessionTest, SaysWhyThenEndsTheStream) {
  front_fixture gateway;
  frame_client client(gateway.tcp_port());
  client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto error = client.next();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, 1);
  EXPECT_TRUE(client.socket.is_ended());
  client.socket.close();
  EXPECT_TRUE(gateway.has_no_connection());
  EXPECT_EQ(gateway.lane().recorder().protocol_errors.value(), 1U);
}

TEST(TcpSessionTest, ADamagedFrameDisturbsNoOtherClientAndNoEarlierFrame) {
  front_fixture gateway;
  frame_client good(gateway.tcp_port()), bad(gateway.tcp_port());
  good.greet();
  bad.greet();
  std::string damaged = encode({.sequence = 2, .records = numbered(5)});
  damaged[40] = static_cast<char>(damaged[40] ^ 1);
  gateway.publisher.hold();
  bad.send(encode({.sequence = 1, .records = numbered(3)}) + damaged + std::string(100'000, 'x'));
  const auto error = bad.next();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, 6);
  EXPECT_EQ(error->last, 1U);
  gateway.publisher.release();
  EXPECT_EQ(bad.acked_up_to(1).counts[0], 3U);
  EXPECT_TRUE(bad.socket.is_ended());
  good.send(encode({.records = numbered(4)}));
  EXPECT_EQ(good.acked_up_to(1).counts[0], 4U);
}

TEST(TcpSessionTest, HalfCloseIsAnsweredBeforeTheEnd) {
  front_fixture gateway;
  frame_client client(gateway.tcp_port());
  client.greet();
  gateway.publisher.hold();
  client.send(encode({.records = numbered(3)}));
  client.socket.end_output();
  EXPECT_FALSE(client.next(100ms));
  gateway.publisher.release();
  EXPECT_EQ(client.acked_up_to(1).counts[0], 3U);
  const auto closed = client.next(frame_type::close);
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->sequence, 1U);
  EXPECT_TRUE(client.socket.is_ended());
  EXPECT_TRUE(gateway.has_no_connection());
}

TEST(TcpSessionTest, DrainSaysSoAndStillAnswers) {
  front_fixture gateway;
  frame_client client(gateway.tcp_port());
  client.greet();
  gateway.publisher.hold();
  client.send(encode({.records = numbered(3)}));
  ASSERT_TRUE(front_fixture::eventually([&] { return gateway.publisher.held() > 0; }));
  gateway.lane().start_drain();
  const auto closed = client.next(frame_type::close);
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->code, 1);
  EXPECT_EQ(closed->sequence, 1U);
  client.send(encode({.sequence = 2, .records = numbered(3)}));
  gateway.publisher.release();
  EXPECT_EQ(client.acked_up_to(1).counts[0], 3U);
  EXPECT_TRUE(client.socket.is_ended());
  EXPECT_EQ(gateway.publisher.records().size(), 3U);
}

TEST(TcpSessionTest, DrainTakesTheFramesThatHaveArrived) {
  front_fixture gateway;
  frame_client client(gateway.tcp_port());
  client.greet();
  constexpr std::uint64_t frames = 20;
  std::string bytes;
  for (std::uint64_t i = 1; i <= frames; ++i) bytes += encode({.sequence = i, .records = numbered(3)});
  {
    const tests::held_lane stands(gateway.lane());
    client.send(bytes);
    gateway.drain();
  }
  const auto closed = client.next(frame_type::close);
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->sequence, frames);
  EXPECT_EQ(client.acked_up_to(frames).counts[0], 3 * frames);
  EXPECT_TRUE(client.socket.is_ended());
  EXPECT_EQ(gateway.publisher.records().size(), 3 * frames);
}

TEST(TcpSessionTest, DrainGreetsAndTellsWhoeverWaitsInTheListenQueue) {
  front_fixture gateway;
  std::optional<frame_client> client;
  {
    const tests::held_lane stands(gateway.lane());
    client.emplace(gateway.tcp_port());
    client->send(hello());
    gateway.drain();
  }
  EXPECT_TRUE(client->next(frame_type::welcome));
  EXPECT_TRUE(client->next(frame_type::close));
}

TEST(TcpSessionTest, AClientThatGoesAwayLosesNoRecordAndLeavesNothingBehind) {
  front_fixture gateway;
  gateway.publisher.hold();
  {
    frame_client client(gateway.tcp_port());
    client.greet();
    client.send(encode({.sequence = 1, .records = numbered(3)}) +
                encode({.sequence = 2, .records = numbered(3)}).substr(0, 50));
    ASSERT_TRUE(front_fixture::eventually([&] { return gateway.publisher.held() > 0; }));
  }
  gateway.publisher.release();
  EXPECT_TRUE(gateway.has_no_connection());
  EXPECT_EQ(gateway.publisher.records().size(), 3U);
  EXPECT_TRUE(front_fixture::eventually([&] { return gateway.budget.bytes() == 0; }));
}

TEST(TcpSessionTest, ADeadClientIsFoundOutWhileKafkaIsAway) {
  front_fixture gateway;
  gateway.publisher.hold();
  {
    frame_client client(gateway.tcp_port());
    client.greet();
    client.send(encode({.records = numbered(3)}));
    ASSERT_TRUE(front_fixture::eventually([&] { return gateway.publisher.held() > 0; }));
  }
  EXPECT_TRUE(gateway.has_no_connection()) << "probed, though nothing can be answered";
}

TEST(TcpSessionTest, HeadersOfLargeFramesReserveNothing) {
  front_fixture gateway;
  const std::vector<record> large(4, {"k", std::string(900'000, 'x')});
  const std::string frame = encode({.records = large});
  std::vector<std::unique_ptr<frame_client>> silent;
  for (int i = 0; i < 16; ++i) {
    silent.push_back(std::make_unique<frame_client>(gateway.tcp_port()));
    silent.back()->greet();
    silent.back()->send(frame.substr(0, 48));
  }
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(gateway.budget.bytes(), 0) << "16 times 4 MB were promised";
  frame_client honest(gateway.tcp_port());
  honest.greet();
  honest.send(frame);
  EXPECT_EQ(honest.acked_up_to(1).counts[0], 4U);
}

TEST(TcpSessionTest, AFrameThatBeganWhileWeDidNotReadIsNotLate) {
  gateway::config::settings settings = small_budget();
  settings.limits.body_time_max = 600ms;
  front_fixture gateway(settings);
  gateway.publisher.hold();
  frame_client client(gateway.tcp_port());
  client.greet();
  std::string sent;
  for (std::uint64_t sequence = 1; sequence <= 20; ++sequence)
    sent += encode({.sequence = sequence, .records = numbered(100, 300)});
  client.send(sent + encode({.sequence = 21, .records = numbered(1)}).substr(0, 20));
  std::this_thread::sleep_for(1500ms);  // it waits for room: longer than a frame may take
  gateway.publisher.release();
  static_cast<void>(client.acked_up_to(20));
  client.send(encode({.sequence = 21, .records = numbered(1)}).substr(20));
  EXPECT_EQ(client.acked_up_to(21).sequence, 21U);
}

TEST(TcpSessionTest, SlowGreetingsAndHalfFramesTimeOut) {
  gateway::config::settings settings;
  settings.limits.head_time_max = 200ms;
  settings.limits.body_time_max = 200ms;
  front_fixture gateway(settings);
  frame_client silent(gateway.tcp_port()), half(gateway.tcp_port()), idle(gateway.tcp_port());
  half.greet();
  idle.greet();
  half.send(encode({.records = numbered(1)}).substr(0, 20));
  for (frame_client* each : {&silent, &half}) {
    const auto error = each->next();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, 13);
    EXPECT_TRUE(each->socket.is_ended());
  }
  idle.send(ping());
  EXPECT_TRUE(idle.next(frame_type::pong));
}

TEST(TcpSessionTest, AClientThatDoesNotReadIsNotReadFrom) {
  front_fixture gateway;
  frame_client client(gateway.tcp_port());
  client.greet();
  constexpr int pings = 100'000;
  std::string many;
  for (int i = 0; i < 1000; ++i) many += ping();
  std::jthread sender([&] {
    for (int i = 0; i < pings / 1000; ++i) client.send(many);
  });
  std::this_thread::sleep_for(100ms);
  int pongs = 0;
  while (pongs < pings && client.next(frame_type::pong)) ++pongs;
  EXPECT_EQ(pongs, pings);
}

TEST(TcpSessionTest, LimitsFitTheBudget) {
  const batching::in_flight tiny(1 << 20, 1 << 19, 1 << 18);
  const auto said = gateway::frames::session_limits_of({}, tiny);
  const std::int64_t worst = said.decoded_bytes_max + said.records_max * batching::batch::record_overhead_bytes;
  EXPECT_LE(worst, tiny.share_bytes());
  EXPECT_LE(said.frame_bytes_max, tiny.receiving_bytes_max(batching::receiving::large));
  EXPECT_GE(said.window_bytes, said.frame_bytes_max);
}

TEST(TcpSessionTest, LanesServeManyClientsAtOnce) {
  front_fixture gateway({}, 2);
  std::vector<std::jthread> clients;
  for (int c = 0; c < 8; ++c)
    clients.emplace_back([&gateway] {
      frame_client client(gateway.tcp_port());
      client.greet();
      for (std::uint64_t sequence = 1; sequence <= 50; ++sequence)
        client.send(encode({.sequence = sequence, .records = numbered(20)}));
      client.send(close(50));
      EXPECT_EQ(client.acked_up_to(50).counts[0], 1000U);
      EXPECT_TRUE(client.next(frame_type::close));
    });
  clients.clear();
  EXPECT_EQ(gateway.publisher.records().size(), 8000U);
  EXPECT_TRUE(gateway.has_no_connection());
}

}  // namespace
}  // namespace frames_test
