#include "loadgen/frame_protocol.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "loadgen/crc32c.h"
#include "loadgen/plan.h"

namespace loadgen {
namespace {

/// The frames in docs/protocol.md by name: ```vector NAME, then hexadecimal lines.
std::map<std::string, std::string> vectors() {
  std::ifstream page(LOADGEN_PROTOCOL_PAGE);
  std::map<std::string, std::string> found;
  std::string* into = nullptr;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("```")) {
      into = line.starts_with("```vector ") ? &found[line.substr(10)] : nullptr;
    } else if (into != nullptr) {
      for (std::size_t i = 0; i + 1 < line.size(); i += 2) {
        *into += static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16));
      }
    }
  }
  return found;
}

class FrameProtocolTest : public ::testing::Test {
 protected:
  FrameProtocolTest() {
    run_options options;
    options.topic = "orders";
    options.target = "tcp://127.0.0.1:1";
    options.batch = 3;
    plan_ = make_plan(options);
  }

  /// A request of n events, as a stream lays it out.
  request make_request(std::uint64_t id, std::uint32_t n) {
    request what;
    what.id = id;
    what.buffer.resize(request::head_room + n * 10 + 16);
    for (std::uint32_t i = 0; i < n; ++i) {
      what.events.push_back({i, i, i * 10, 9});
      std::string("{\"x\":123}\n").copy(what.body() + i * 10, 10);
    }
    what.body_size = n * 10;
    return what;
  }

  void welcome(frame_protocol& p) { ASSERT_TRUE(p.receive(vectors_["welcome"], answers_)) << p.complaint(); }

  void publish(frame_protocol& p, std::uint64_t id, std::uint32_t records) {
    request what = make_request(id, records);
    ASSERT_TRUE(p.ready(what));
    p.encode(what);
    p.sending(what);
  }

  run_plan plan_;
  std::map<std::string, std::string> vectors_ = vectors();
  std::deque<answered> answers_;
};

TEST(Crc32cTest, AgreesWithThePageAndWithItself) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43U);
  EXPECT_EQ(crc32c(""), 0U);
  std::string text;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(crc32c(text), crc32c_by_table(text));
    EXPECT_EQ(crc32c(text.substr(i / 2), crc32c(text.substr(0, i / 2))), crc32c(text));
    text += static_cast<char>(i * 37);
  }
}

TEST_F(FrameProtocolTest, FramesAreMadeAsThePagesVectors) {
  ASSERT_FALSE(vectors_["ping"].empty());
  EXPECT_EQ(make_frame(frame_type::ping, "\1\2\3\4\5\6\7\10"), vectors_["ping"]);
  EXPECT_EQ(make_frame(frame_type::pong, "\1\2\3\4\5\6\7\10"), vectors_["pong"]);
  EXPECT_EQ(make_frame(frame_type::hello, std::string_view(vectors_["hello"]).substr(12)), vectors_["hello"]);
}

TEST_F(FrameProtocolTest, NothingIsSentBeforeTheWelcome) {
  frame_protocol p(plan_);
  EXPECT_EQ(p.greeting().substr(12, 8), "HEADGATE");
  EXPECT_FALSE(p.ready(make_request(0, 1)));
  welcome(p);
  EXPECT_TRUE(p.ready(make_request(0, 1)));
}

TEST_F(FrameProtocolTest, PublishLaysOutItsRecords) {
  frame_protocol p(plan_);
  welcome(p);
  request what = make_request(0, 2);
  p.encode(what);
  field_reader in(what.wire.substr(12));
  EXPECT_EQ(in.take<std::uint64_t>(), 1U);
  EXPECT_EQ(in.take<std::uint32_t>(), 0U);
  EXPECT_EQ(in.take<std::uint16_t>(), 0U);
  EXPECT_EQ(in.take<std::uint16_t>(), 6U);
  EXPECT_EQ(in.take<std::uint32_t>(), 2U);
  EXPECT_EQ(in.take<std::uint32_t>(), 2U * (8 + 12 + 9));
  EXPECT_EQ(in.text(6), "orders");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(in.take<std::uint32_t>(), 9U);
    EXPECT_EQ(in.take<std::uint16_t>(), 12U);
    EXPECT_EQ(in.take<std::uint16_t>(), 0U);
    EXPECT_EQ(in.text(12), aggregate_text(static_cast<std::uint32_t>(i)));
    EXPECT_EQ(in.text(9), "{\"x\":123}");
  }
  EXPECT_FALSE(in.too_short());
}

TEST_F(FrameProtocolTest, OneAckAnswersManyFrames) {
  frame_protocol p(plan_);
  welcome(p);
  for (std::uint64_t id = 0; id < 3; ++id) publish(p, id, 3);
  ASSERT_TRUE(p.receive(vectors_["ack"], answers_)) << p.complaint();
  ASSERT_EQ(answers_.size(), 3U);
  for (std::uint64_t id = 0; id < 3; ++id) {
    EXPECT_EQ(answers_[id].request_id, id);
    EXPECT_EQ(answers_[id].what.whole, event_outcome::persisted);
  }
}

TEST_F(FrameProtocolTest, EntriesNameTheirFrames) {
  frame_protocol p(plan_);
  welcome(p);
  for (std::uint64_t id = 0; id < 6; ++id) publish(p, id, id == 3 ? 3 : 1);
  ASSERT_TRUE(p.receive(vectors_["ack"], answers_));
  answers_.clear();
  const std::string& bytes = vectors_["ack_entries"];
  for (std::size_t i = 0; i < bytes.size(); ++i) ASSERT_TRUE(p.receive(bytes.substr(i, 1), answers_)) << p.complaint();
  ASSERT_EQ(answers_.size(), 3U);
  ASSERT_EQ(answers_[0].what.exceptions.size(), 1U);
  EXPECT_EQ(answers_[0].what.exceptions[0].index, 1U);
  EXPECT_EQ(answers_[0].what.exceptions[0].outcome, event_outcome::rejected);
  EXPECT_EQ(answers_[0].what.complaint, "byte 2: expected a value");
  EXPECT_EQ(answers_[1].what.whole, event_outcome::failed);
  EXPECT_EQ(answers_[1].what.complaint, "no topic nope");
  EXPECT_EQ(answers_[2].what.whole, event_outcome::persisted);
}

TEST_F(FrameProtocolTest, CreditIsKept) {
  frame_protocol p(plan_);
  welcome(p);
  for (std::uint64_t id = 0; id < 1024; ++id) publish(p, id, 1);
  EXPECT_FALSE(p.ready(make_request(1024, 1)));
  ASSERT_TRUE(p.receive(vectors_["credit"], answers_));
  EXPECT_TRUE(p.ready(make_request(1024, 1)));
}

TEST_F(FrameProtocolTest, PingIsAnsweredWithItsBytes) {
  frame_protocol p(plan_);
  welcome(p);
  ASSERT_TRUE(p.receive(vectors_["ping"], answers_));
  EXPECT_EQ(p.outgoing(), vectors_["pong"]);
  EXPECT_EQ(p.outgoing(), "");
}

TEST_F(FrameProtocolTest, FramesAfterAGatewaysCloseAreNotTaken) {
  frame_protocol p(plan_);
  welcome(p);
  for (std::uint64_t id = 0; id < 5; ++id) publish(p, id, 1);
  std::string close(12, '\0');
  put_field(close.data(), std::uint64_t{3});
  close[8] = 1;
  ASSERT_TRUE(p.receive(make_frame(frame_type::close, close), answers_));
  EXPECT_TRUE(p.exhausted());
  EXPECT_FALSE(p.untaken_from());
  ASSERT_TRUE(p.receive(vectors_["ack"], answers_));
  EXPECT_EQ(p.untaken_from(), 3U);
}

TEST_F(FrameProtocolTest, BrokenFramesAreNamed) {
  for (std::size_t i = 0; i < vectors_["welcome"].size(); ++i) {
    std::string bytes = vectors_["welcome"];
    bytes[i] ^= 0x40;
    frame_protocol p(plan_);
    const bool sound = p.receive(bytes, answers_);
    EXPECT_TRUE(!sound || !p.ready(make_request(0, 1))) << i;
  }
  frame_protocol p(plan_);
  welcome(p);
  EXPECT_FALSE(p.receive(vectors_["ack"], answers_)) << "nothing was published";
}

}  // namespace
}  // namespace loadgen
