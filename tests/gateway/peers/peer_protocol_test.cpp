#include "gateway/peers/peer_protocol.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "gateway/frames/frame_writer.h"
#include "gateway/frames/peer_proof.h"
#include "gateway/frames/session_protocol.h"
#include "gateway/frames/store_messages.h"

namespace gateway::peers {
namespace {

using namespace std::chrono_literals;
using frames::session_protocol;
using stores::forwarding;
using step = session_protocol::step;

constexpr peer_protocol::time_point start{100s};
constexpr std::string_view secret = "correct horse battery staple";

/// A peer and the gateway that it talks to, without a socket between them.
class PeerProtocolTest : public ::testing::Test {
 protected:
  void begin() {
    protocol.begin(start);
    to_gateway();
    EXPECT_EQ(to_peer(), "");
    to_gateway();
  }
  void to_gateway() {
    input += protocol.output();
    protocol.note_left(protocol.output().size());
    protocol.output().clear();
    for (;;) {
      const auto next = gateway_side.next(input);
      if (next.what == step::need_bytes || next.what == step::ended) return;
      if (next.what == step::hello) gateway_side.welcome_client();
      if (next.what == step::peer) let_in();
      if (next.what == step::store) take();
      input.erase(0, next.bytes);
    }
  }
  std::string to_peer(peer_protocol::time_point now = start) {
    std::string bytes;
    bytes.swap(gateway_side.output());
    return protocol.receive(bytes, now);
  }
  void let_in() {
    frames::peer_frame said;
    ASSERT_FALSE(frames::read_peer(gateway_side.store_frame().payload, said));
    ASSERT_TRUE(frames::is_right(said, secret, gateway_side.challenge()));
    std::string peered;
    frames::write_peered(peered, answered_with, said.challenge, "two");
    gateway_side.welcome_peer(peered);
  }
  void take() {
    gateway_side.begin_request();
    taken.emplace_back(gateway_side.store_frame().type, gateway_side.store_frame().payload);
  }
  void answer_append(store::append_fate fate) {
    frames::append_result r{3, {}};
    r.what = {fate, batching::reason::none, 4, 5, 90, 91};
    std::string out;
    frames::write_appended(out, {.request = 1, .text = {}, .owner = {}}, {&r, 1});
    gateway_side.end_request(out);
  }
  bool append(std::chrono::milliseconds time_max = 5s) {
    const batching::header header{"source", "web"};
    const store::event events[] = {{"v1", "e-1", {&header, 1}}, {"v2", "", {}}};
    const store::append one{"cart-7", 3, events, nullptr, 0};
    return protocol.append("carts", {&one, 1}, time_max, start, [this](forwarding f, auto results) {
      how = f;
      if (!results.empty()) result = results[0];
    });
  }

  frames::session_limits limits;
  session_protocol gateway_side{limits};
  std::string input;
  std::string_view answered_with = secret;
  protocol_settings settings{"one", std::string(secret)};
  peer_protocol protocol{settings};
  std::vector<std::pair<frames::frame_type, std::string>> taken;
  std::optional<forwarding> how;
  std::optional<store::append_answer> result;
};

TEST_F(PeerProtocolTest, NothingIsTakenBeforeBothHaveProvenThemselves) {
  EXPECT_FALSE(append());
  begin();
  EXPECT_FALSE(protocol.is_open());
  EXPECT_EQ(to_peer(), "");
  EXPECT_TRUE(protocol.is_open());
  EXPECT_TRUE(append());
}

TEST_F(PeerProtocolTest, AGatewayThatDoesNotKnowTheSecretIsNotTrusted) {
  answered_with = "another secret of some length";
  begin();
  EXPECT_NE(to_peer(), "");
  EXPECT_FALSE(protocol.is_open());
}

TEST_F(PeerProtocolTest, AnAppendArrivesAsItWasAndIsAnswered) {
  begin();
  EXPECT_EQ(to_peer(), "");
  ASSERT_TRUE(append());
  to_gateway();
  ASSERT_EQ(taken.size(), 1U);
  frames::append_request read;
  ASSERT_FALSE(frames::read_append(taken[0].second, read));
  EXPECT_TRUE(read.stays_here);
  EXPECT_EQ(read.timeout_ms, 5000U);
  EXPECT_EQ(read.topic, "carts");
  frames::append_reader appends(read.block);
  frames::append_unit unit;
  store::event e;
  ASSERT_FALSE(appends.next(unit));
  EXPECT_EQ(unit.expected_version, 3U);
  ASSERT_FALSE(appends.next_event(e));
  EXPECT_EQ(e.id, "e-1");
  ASSERT_EQ(e.headers.size(), 1U);
  EXPECT_EQ(e.headers[0].value, "web");
  ASSERT_FALSE(appends.next_event(e));
  EXPECT_EQ(e.value, "v2");
  EXPECT_FALSE(appends.finish());
  answer_append(store::append_fate::duplicate);
  EXPECT_FALSE(how);
  EXPECT_EQ(to_peer(), "");
  EXPECT_EQ(how, forwarding::answered);
  EXPECT_EQ(result->fate, store::append_fate::duplicate);
  EXPECT_EQ(result->version, 5U);
  EXPECT_EQ(result->last_offset, 91);
}

TEST_F(PeerProtocolTest, WhatMayHaveLeftIsUnknownWhenTheConnectionIsLost) {
  begin();
  EXPECT_EQ(to_peer(), "");
  ASSERT_TRUE(append());
  to_gateway();
  protocol.end();
  EXPECT_EQ(how, forwarding::unknown);
}

TEST_F(PeerProtocolTest, WhatHasNotLeftIsNotSent) {
  begin();
  EXPECT_EQ(to_peer(), "");
  ASSERT_TRUE(append());
  protocol.end();
  EXPECT_EQ(how, forwarding::not_sent);
}

TEST_F(PeerProtocolTest, BehindTheGatewaysLastCloseNothingOpenWasTaken) {
  begin();
  EXPECT_EQ(to_peer(), "");
  gateway_side.leave(frames::close_reason::draining, "");
  ASSERT_TRUE(append()) << "it has not heard of it yet";
  to_gateway();
  EXPECT_TRUE(taken.empty());
  gateway_side.answer(false, [](batching::ack*, auto) {});
  EXPECT_EQ(to_peer(), "");
  EXPECT_FALSE(append()) << "now it has";
  EXPECT_FALSE(how);
  protocol.end();
  EXPECT_EQ(how, forwarding::not_sent);
}

TEST_F(PeerProtocolTest, TheLastCloseComesOnlyBehindEveryAnswer) {
  begin();
  EXPECT_EQ(to_peer(), "");
  ASSERT_TRUE(append());
  to_gateway();
  gateway_side.leave(frames::close_reason::draining, "");
  gateway_side.answer(false, [](batching::ack*, auto) {});
  EXPECT_EQ(to_peer(), "");
  protocol.end();  // the process is gone before it has answered
  EXPECT_EQ(how, forwarding::unknown);
}

TEST_F(PeerProtocolTest, WhatIsNotAnsweredInTimeIsUnknownAndALateAnswerIsIgnored) {
  begin();
  EXPECT_EQ(to_peer(), "");
  ASSERT_TRUE(append(1s));
  to_gateway();
  EXPECT_TRUE(protocol.check_times(start + 1s));
  EXPECT_FALSE(how);
  EXPECT_TRUE(protocol.check_times(start + 1s + peer_protocol::answer_grace));
  EXPECT_EQ(how, forwarding::unknown);
  answer_append(store::append_fate::appended);
  EXPECT_EQ(to_peer(), "");
  EXPECT_EQ(how, forwarding::unknown);
}

TEST_F(PeerProtocolTest, ASilentPeerIsAskedAndThenGivenUp) {
  begin();
  EXPECT_EQ(to_peer(), "");
  ASSERT_TRUE(append(60s));
  to_gateway();
  EXPECT_TRUE(protocol.check_times(start + peer_protocol::ping_after));
  EXPECT_FALSE(protocol.output().empty());
  to_gateway();  // PONG
  EXPECT_EQ(to_peer(start + 2s), "");
  EXPECT_TRUE(protocol.check_times(start + peer_protocol::silence_max));
  EXPECT_FALSE(protocol.check_times(start + 2s + peer_protocol::silence_max));
}

TEST_F(PeerProtocolTest, ReadsComeBackWithTheirEvents) {
  begin();
  EXPECT_EQ(to_peer(), "");
  std::optional<stores::remote_piece> piece;
  stores::remote_read what;
  what.topic = "carts";
  what.aggregate = "cart-7";
  what.limit = 10;
  what.towards = store::direction::backward;
  ASSERT_TRUE(protocol.read(what, start, [&](forwarding, stores::remote_piece p) { piece = std::move(p); }));
  to_gateway();
  frames::read_request read;
  ASSERT_FALSE(frames::read_read(taken.at(0).second, read));
  EXPECT_TRUE(read.backward && read.stays_here && !read.fresh);
  std::string events, out;
  frames::append_sent_event(events, {2, 900, 5, "two"});
  frames::write_events(out, {.request = 1, .version = 2, .has_more = true, .text = {}, .owner = {}}, 1, events);
  gateway_side.end_request(out);
  EXPECT_EQ(to_peer(), "");
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->status, stores::read_status::done);
  EXPECT_TRUE(piece->has_more);
  ASSERT_EQ(piece->events.size(), 1U);
  EXPECT_EQ(piece->events[0].value, "two");
}

TEST_F(PeerProtocolTest, AtMostSoManyRequestsAreOpen) {
  limits.requests_max = 2;
  begin();
  EXPECT_EQ(to_peer(), "");
  EXPECT_TRUE(append());
  EXPECT_TRUE(append());
  EXPECT_FALSE(append());
}

}  // namespace
}  // namespace gateway::peers
