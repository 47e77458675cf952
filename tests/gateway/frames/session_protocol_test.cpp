#include "gateway/frames/session_protocol.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/gateway/frames/client.h"

namespace gateway::frames {
namespace {

using frames_test::encode;
using step = session_protocol::step;
using phase = session_protocol::phase;

session_limits small_limits() {
  session_limits limits;
  limits.frame_bytes_max = 10'000;
  limits.decoded_bytes_max = 20'000;
  limits.records_max = 10;
  limits.window_frames = 4;
  limits.window_bytes = 20'000;
  return limits;
}

/// A connection whose records all wait in `open` until the test settles them.
class SessionProtocolTest : public testing::Test {
 protected:
  void send(const std::string& bytes) {
    received_ += bytes;
    for (;;) {
      const auto next = protocol_.next(received_);
      if (next.what == step::need_bytes) return;
      if (next.what == step::ended) return received_.clear();
      if (next.what == step::publish) take();
      received_.erase(0, next.bytes);
    }
  }
  void greet() {
    send(frames_test::hello());
    ASSERT_EQ(sent(frame_type::welcome).size(), 1U);
  }
  void publish(std::uint64_t sequence, std::size_t records = 1) {
    send(encode({.sequence = sequence, .records = std::vector<frames_test::record>(records, {"k", "v"})}));
  }
  void take() {
    auto& answer = *acks_.emplace_back(std::make_unique<batching::ack>());
    answer.begin(&nobody_, protocol_.publish_frame().records, false);
    protocol_.take(answer, batching::ack_level::broker, {});
  }
  void settle(std::size_t frame) {
    batching::ack& answer = *acks_.at(frame);
    for (std::uint32_t i = 0; i < answer.events(); ++i) answer.settle_persisted(i, 0, i);
    answer.seal();
  }
  /// The messages of one type that the gateway has written.
  std::vector<frames_test::message> sent(frame_type type) {
    protocol_.answer(withhold_, [](batching::ack*, auto) {});
    for (auto& each : frames_test::take_all(protocol_.output())) log_.push_back(std::move(each));
    std::vector<frames_test::message> of_type;
    for (const auto& each : log_)
      if (each.type == type) of_type.push_back(each);
    return of_type;
  }
  int error_code_sent() {
    const auto errors = sent(frame_type::error);
    return errors.size() == 1 ? errors[0].code : -static_cast<int>(errors.size());
  }

  struct nobody final : batching::ack_listener {
    void on_acked(batching::ack&) noexcept override {}
  };
  nobody nobody_;
  session_limits limits_ = small_limits();
  session_protocol protocol_{limits_};
  std::string received_;
  std::vector<std::unique_ptr<batching::ack>> acks_;
  std::vector<frames_test::message> log_;
  bool withhold_ = false;
};

TEST_F(SessionProtocolTest, WelcomesWithLimitsAndCredit) {
  send(frames_test::hello());
  const auto welcome = sent(frame_type::welcome);
  ASSERT_EQ(welcome.size(), 1U);
  EXPECT_EQ(welcome[0].version, 1);
  EXPECT_EQ(welcome[0].frame_bytes_max, 10'000U);
  EXPECT_EQ(welcome[0].records_max, 10U);
  EXPECT_EQ(welcome[0].sequence, 4U);
  EXPECT_EQ(welcome[0].bytes, 20'000U);
}

TEST_F(SessionProtocolTest, ChoosesTheNewestVersionThatBothSpeak) {
  send(frames_test::hello(1, 9));
  const auto welcome = sent(frame_type::welcome);
  ASSERT_EQ(welcome.size(), 1U);
  EXPECT_EQ(welcome[0].version, 2);
}

TEST_F(SessionProtocolTest, RefusesVersionsItDoesNotSpeak) {
  send(frames_test::hello(3, 9));
  EXPECT_EQ(error_code_sent(), 2);
  EXPECT_EQ(protocol_.current(), phase::done);
}

TEST_F(SessionProtocolTest, SmallReceiversGetFewerRecordsAFrame) {
  limits_.records_max = 1'000'000;
  send(frames_test::hello(1, 1, receive_bytes_min));
  EXPECT_EQ(sent(frame_type::welcome)[0].records_max, ack_writer::records_max_for(receive_bytes_min));
}

TEST_F(SessionProtocolTest, TellsAnHttpClientThatThisIsAnotherPort) {
  send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(error_code_sent(), 1);
}

TEST_F(SessionProtocolTest, AnythingButHelloFirstIsNotHeadgate) {
  send(encode({.records = {{"k", "v"}}}));
  EXPECT_EQ(error_code_sent(), 1);
  EXPECT_TRUE(acks_.empty());
}

TEST_F(SessionProtocolTest, TakesFramesHoweverTheBytesArrive) {
  greet();
  const std::string frames =
      encode({.sequence = 1, .records = {{"a", "1"}}}) + encode({.sequence = 2, .records = {{"b", "2"}}});
  for (const char byte : frames) send(std::string(1, byte));
  EXPECT_EQ(acks_.size(), 2U);
}

TEST_F(SessionProtocolTest, GivesAFrameThatWasNotTakenAgain) {
  greet();
  const std::string frame = encode({.records = {{"k", "v"}}});
  ASSERT_EQ(protocol_.next(frame).what, step::publish);
  ASSERT_EQ(protocol_.next(frame).what, step::publish);
  take();
  EXPECT_EQ(protocol_.unanswered(), 1U);
}

TEST_F(SessionProtocolTest, AnswersPipelinedFramesCumulativelyInOrder) {
  greet();
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) publish(sequence, 2);
  settle(2);
  settle(1);
  EXPECT_TRUE(sent(frame_type::ack).empty());
  settle(0);
  const auto acks = sent(frame_type::ack);
  ASSERT_EQ(acks.size(), 1U);
  EXPECT_EQ(acks[0].ack.sequence, 3U);
  EXPECT_EQ(acks[0].ack.frames, 3U);
  EXPECT_EQ(acks[0].ack.counts[frames_test::count::persisted], 6U);
}

TEST_F(SessionProtocolTest, RefusedFramesKeepTheirPlaceAndTheConnection) {
  greet();
  publish(1);
  const std::string second = encode({.sequence = 2, .topic = "nope", .records = {{"k", "v"}}});
  ASSERT_EQ(protocol_.next(second).what, step::publish);
  protocol_.refuse(frame_status::unknown_topic, "no such topic", {});
  publish(3);
  settle(0);
  settle(1);
  const auto acks = sent(frame_type::ack);
  ASSERT_EQ(acks.size(), 1U);
  EXPECT_EQ(acks[0].ack.sequence, 3U);
  ASSERT_EQ(acks[0].ack.entries.size(), 1U);
  EXPECT_EQ(acks[0].ack.entries[0].status, static_cast<int>(frame_status::unknown_topic));
  EXPECT_EQ(acks[0].ack.entries[0].detail, "no such topic");
  EXPECT_EQ(acks[0].ack.counts[frames_test::count::refused], 1U);
}

TEST_F(SessionProtocolTest, SequencesHaveNoHoles) {
  for (const std::uint64_t wrong : {0U, 1U, 3U}) {
    SessionProtocolTest::protocol_ = session_protocol{limits_};
    log_.clear();
    acks_.clear();
    greet();
    publish(1);
    publish(wrong);
    const auto errors = sent(frame_type::error);
    ASSERT_EQ(errors.size(), 1U) << wrong;
    EXPECT_EQ(errors[0].code, static_cast<int>(error_code::bad_sequence));
    EXPECT_EQ(errors[0].sequence, wrong);
    EXPECT_EQ(errors[0].last, 1U);
  }
}

TEST_F(SessionProtocolTest, CreditGrowsWithAnswersAndEndsTheConnectionWhenOverrun) {
  greet();
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) publish(sequence);
  EXPECT_EQ(acks_.size(), 4U);
  settle(0);
  const auto credit = sent(frame_type::credit);
  ASSERT_EQ(credit.size(), 1U);
  EXPECT_EQ(credit[0].sequence, 5U);
  publish(5);
  EXPECT_EQ(acks_.size(), 5U);
  publish(6);
  EXPECT_EQ(error_code_sent(), 12);
  EXPECT_EQ(acks_.size(), 5U);
}

TEST_F(SessionProtocolTest, BytesBeyondCreditEndTheConnection) {
  greet();
  const std::string large(8000, 'x');
  send(encode({.sequence = 1, .records = {{"k", large}}}));
  send(encode({.sequence = 2, .records = {{"k", large}}}));
  EXPECT_EQ(acks_.size(), 2U);
  send(encode({.sequence = 3, .records = {{"k", large}}}));
  EXPECT_EQ(error_code_sent(), 12);
}

TEST_F(SessionProtocolTest, CreditIsWithheldWhileTheGatewayIsFull) {
  greet();
  publish(1);
  settle(0);
  withhold_ = true;
  EXPECT_EQ(sent(frame_type::ack).size(), 1U);
  EXPECT_TRUE(sent(frame_type::credit).empty());
  EXPECT_TRUE(protocol_.owes_credit());
  withhold_ = false;
  EXPECT_EQ(sent(frame_type::credit).size(), 1U);
  EXPECT_FALSE(protocol_.owes_credit());
}

TEST_F(SessionProtocolTest, LimitsOfWelcomeAreKept) {
  greet();
  publish(1, 10);
  EXPECT_EQ(acks_.size(), 1U);
  publish(2, 11);
  EXPECT_EQ(error_code_sent(), 10);
}

TEST_F(SessionProtocolTest, DecodedBytesBeyondWelcomeAreRefusedBeforeUnpacking) {
  greet();
  send(encode({.records = {{"k", std::string(20'001, 'x')}}, .compression = 1, .packed = "tiny"}));
  EXPECT_EQ(error_code_sent(), 10);
}

TEST_F(SessionProtocolTest, DamageEndsTheConnectionAfterTheAnswersBeforeIt) {
  greet();
  publish(1);
  std::string damaged = encode({.sequence = 2, .records = {{"k", "v"}}});
  damaged.back() = 'w';
  send(damaged + encode({.sequence = 3, .records = {{"k", "v"}}}));
  EXPECT_EQ(error_code_sent(), 6);
  EXPECT_EQ(acks_.size(), 1U);
  EXPECT_EQ(protocol_.current(), phase::failed);
  settle(0);
  EXPECT_EQ(sent(frame_type::ack).size(), 1U);
  EXPECT_EQ(protocol_.current(), phase::done);
  EXPECT_NE(protocol_.broke(), nullptr);
}

TEST_F(SessionProtocolTest, OnlyTheGatewaySendsWelcomeAckAndCredit) {
  for (const auto type : {frame_type::welcome, frame_type::ack, frame_type::credit}) {
    protocol_ = session_protocol{limits_};
    log_.clear();
    greet();
    send(frames_test::frame(type, "x"));
    EXPECT_EQ(error_code_sent(), 3);
  }
}

TEST_F(SessionProtocolTest, ASecondHelloIsUnexpected) {
  greet();
  send(frames_test::hello());
  EXPECT_EQ(error_code_sent(), 4);
}

TEST_F(SessionProtocolTest, PongsWhatWasPinged) {
  greet();
  send(frames_test::ping("abcdefgh"));
  const auto pong = sent(frame_type::pong);
  ASSERT_EQ(pong.size(), 1U);
  EXPECT_EQ(pong[0].payload, "abcdefgh");
  send(frames_test::frame(frame_type::ping, "short"));
  EXPECT_EQ(error_code_sent(), 7);
}

TEST_F(SessionProtocolTest, ClientsCloseIsAnsweredAfterTheLastAck) {
  greet();
  publish(1);
  send(frames_test::close(1));
  EXPECT_TRUE(sent(frame_type::close).empty());
  settle(0);
  const auto closes = sent(frame_type::close);
  ASSERT_EQ(closes.size(), 1U);
  EXPECT_EQ(closes[0].sequence, 1U);
  EXPECT_EQ(closes[0].code, static_cast<int>(close_reason::finished));
  EXPECT_EQ(log_.back().type, frame_type::close);
  EXPECT_EQ(protocol_.current(), phase::done);
}

TEST_F(SessionProtocolTest, PublishAfterCloseIsUnexpected) {
  greet();
  publish(1);
  send(frames_test::close(1));
  publish(2);
  EXPECT_EQ(error_code_sent(), 4);
}

TEST_F(SessionProtocolTest, HalfCloseMeansClose) {
  greet();
  publish(1);
  protocol_.on_end_of_stream({});
  settle(0);
  EXPECT_EQ(sent(frame_type::close).size(), 1U);
  EXPECT_EQ(protocol_.current(), phase::done);
}

TEST_F(SessionProtocolTest, EndOfStreamWithinAFramePublishesNothingOfIt) {
  greet();
  const std::string cut = encode({.records = {{"k", "v"}}});
  send(cut.substr(0, cut.size() - 1));
  protocol_.on_end_of_stream(received_);
  EXPECT_EQ(error_code_sent(), 7);
  EXPECT_TRUE(sent(frame_type::close).empty());
  EXPECT_EQ(protocol_.current(), phase::done);
  EXPECT_TRUE(acks_.empty());
}

TEST_F(SessionProtocolTest, EndOfStreamWithoutAByteIsNobodysFault) {
  protocol_.on_end_of_stream({});
  EXPECT_TRUE(protocol_.output().empty());
  EXPECT_EQ(protocol_.broke(), nullptr);
}

TEST_F(SessionProtocolTest, DrainSaysWhatWasTakenAndDropsTheRest) {
  greet();
  publish(1);
  protocol_.leave(close_reason::draining, "bye");
  publish(2);
  EXPECT_EQ(acks_.size(), 1U);
  const auto closes = sent(frame_type::close);
  ASSERT_EQ(closes.size(), 1U);
  EXPECT_EQ(closes[0].sequence, 1U);
  EXPECT_EQ(closes[0].code, static_cast<int>(close_reason::draining));
  EXPECT_EQ(closes[0].text, "bye");
  EXPECT_EQ(protocol_.current(), phase::leaving);
  settle(0);
  EXPECT_EQ(sent(frame_type::ack).size(), 1U);
  EXPECT_EQ(protocol_.current(), phase::done);
}

}  // namespace
}  // namespace gateway::frames
