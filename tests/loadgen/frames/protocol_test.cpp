#include "loadgen/frames/protocol.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "loadgen/answers/outcome.h"
#include "loadgen/events/images.h"
#include "loadgen/plan/options.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/wire/protocol.h"
#include "loadgen/wire/request.h"

namespace loadgen::frames {
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
    plan::run_options options;
    options.topic = "orders";
    options.target = "tcp://127.0.0.1:1";
    options.batch = "3";
    plan_ = plan::make_plan(options);
  }

  /// A request of n events, as a stream lays it out.
  wire::request make_request(std::uint64_t id, std::uint32_t n) {
    wire::request what;
    what.id = id;
    what.buffer.resize(wire::request::head_room + n * 10 + 16);
    for (std::uint32_t i = 0; i < n; ++i) {
      what.events.push_back({i, i, i * 10, 9});
      std::string("{\"x\":123}\n").copy(what.body() + i * 10, 10);
    }
    what.body_size = n * 10;
    return what;
  }

  void welcome(protocol& p) { ASSERT_TRUE(p.receive(vectors_["welcome"], answers_)) << p.complaint(); }

  void publish(protocol& p, std::uint64_t id, std::uint32_t records) {
    wire::request what = make_request(id, records);
    ASSERT_TRUE(p.ready(what));
    p.encode(what);
    p.sending(what);
  }

  plan::run_plan plan_;
  std::map<std::string, std::string> vectors_ = vectors();
  std::deque<wire::answered> answers_;
};

TEST_F(FrameProtocolTest, FramesAreMadeAsThePagesVectors) {
  ASSERT_FALSE(vectors_["ping"].empty());
  EXPECT_EQ(make_frame(frame_type::ping, "\1\2\3\4\5\6\7\10"), vectors_["ping"]);
  EXPECT_EQ(make_frame(frame_type::pong, "\1\2\3\4\5\6\7\10"), vectors_["pong"]);
  EXPECT_EQ(make_frame(frame_type::hello, std::string_view(vectors_["hello"]).substr(12)), vectors_["hello"]);
}

TEST_F(FrameProtocolTest, NothingIsSentBeforeTheWelcome) {
  protocol p(plan_);
  EXPECT_EQ(p.greeting().substr(12, 8), "HEADGATE");
  EXPECT_FALSE(p.ready(make_request(0, 1)));
  welcome(p);
  EXPECT_TRUE(p.ready(make_request(0, 1)));
}

TEST_F(FrameProtocolTest, PublishLaysOutItsRecords) {
  protocol p(plan_);
  welcome(p);
  wire::request what = make_request(0, 2);
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
    EXPECT_EQ(in.text(12), events::aggregate_text(static_cast<std::uint32_t>(i)));
    EXPECT_EQ(in.text(9), "{\"x\":123}");
  }
  EXPECT_FALSE(in.too_short());
}

TEST_F(FrameProtocolTest, OneAckAnswersManyFrames) {
  protocol p(plan_);
  welcome(p);
  for (std::uint64_t id = 0; id < 3; ++id) publish(p, id, 3);
  ASSERT_TRUE(p.receive(vectors_["ack"], answers_)) << p.complaint();
  ASSERT_EQ(answers_.size(), 3U);
  for (std::uint64_t id = 0; id < 3; ++id) {
    EXPECT_EQ(answers_[id].request_id, id);
    EXPECT_EQ(answers_[id].what.whole, answers::event_outcome::persisted);
  }
}

TEST_F(FrameProtocolTest, EntriesNameTheirFrames) {
  protocol p(plan_);
  welcome(p);
  for (std::uint64_t id = 0; id < 6; ++id) publish(p, id, id == 3 ? 3 : 1);
  ASSERT_TRUE(p.receive(vectors_["ack"], answers_));
  answers_.clear();
  const std::string& bytes = vectors_["ack_entries"];
  for (std::size_t i = 0; i < bytes.size(); ++i) ASSERT_TRUE(p.receive(bytes.substr(i, 1), answers_)) << p.complaint();
  ASSERT_EQ(answers_.size(), 3U);
  ASSERT_EQ(answers_[0].what.exceptions.size(), 1U);
  EXPECT_EQ(answers_[0].what.exceptions[0].index, 1U);
  EXPECT_EQ(answers_[0].what.exceptions[0].outcome, answers::event_outcome::rejected);
  EXPECT_EQ(answers_[0].what.complaint, "byte 2: expected a value");
  EXPECT_EQ(answers_[1].what.whole, answers::event_outcome::failed);
  EXPECT_EQ(answers_[1].what.complaint, "no topic nope");
  EXPECT_EQ(answers_[2].what.whole, answers::event_outcome::persisted);
}

TEST_F(FrameProtocolTest, CreditIsKept) {
  protocol p(plan_);
  welcome(p);
  for (std::uint64_t id = 0; id < 1024; ++id) publish(p, id, 1);
  EXPECT_FALSE(p.ready(make_request(1024, 1)));
  ASSERT_TRUE(p.receive(vectors_["credit"], answers_));
  EXPECT_TRUE(p.ready(make_request(1024, 1)));
}

TEST_F(FrameProtocolTest, PingIsAnsweredWithItsBytes) {
  protocol p(plan_);
  welcome(p);
  ASSERT_TRUE(p.receive(vectors_["ping"], answers_));
  EXPECT_EQ(p.outgoing(), vectors_["pong"]);
  EXPECT_EQ(p.outgoing(), "");
}

TEST_F(FrameProtocolTest, FramesAfterAGatewaysCloseAreNotTaken) {
  protocol p(plan_);
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
    protocol p(plan_);
    const bool sound = p.receive(bytes, answers_);
    EXPECT_TRUE(!sound || !p.ready(make_request(0, 1))) << i;
  }
  protocol p(plan_);
  welcome(p);
  EXPECT_FALSE(p.receive(vectors_["ack"], answers_)) << "nothing was published";
}

}  // namespace
}  // namespace loadgen::frames
