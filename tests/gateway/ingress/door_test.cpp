#include "gateway/ingress/door.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/fake_publisher.h"
#include "tests/support/fake_world.h"

namespace gateway::ingress {
namespace {

using batching::ack_level;

class listener final : public batching::ack_listener {
 public:
  void on_acked(batching::ack& settled) noexcept override {
    ++acked;
    settled_.push_back(&settled);
  }
  void give_back_to(runtime::lane& of) {
    for (batching::ack* each : settled_) of.give_back(*each);
  }
  int acked = 0;

 private:
  std::vector<batching::ack*> settled_;
};

config::settings two_topics() {
  config::settings s;
  config::topic_settings strict;
  strict.pattern = "strict";
  strict.ack_none_allowed = false;
  strict.key_pointers = {"/id"};
  s.topics = {strict, config::topic_settings{}};
  s.limits.in_flight_bytes_max = 1 << 20;
  return s;
}

class DoorTest : public testing::Test {
 protected:
  explicit DoorTest(config::settings s = two_topics())
      : settings_(std::make_shared<const config::settings>(std::move(s))),
        lane_(0, settings_, world_, publisher_, budget_) {
    world_.add_topic("strict", 4);
    world_.add_topic("t", 4);
    world_.show_topics(lane_);
    lane_.io().poll();
    asked_.topic = "t";
    asked_.listener = &listener_;
    body_.reader = &door_.json();
    body_.events_max = 100;
    body_.decoded_bytes_max = 1000;
  }
  ~DoorTest() override {
    publisher_.release();
    lane_.io().poll();
    listener_.give_back_to(lane_);
  }

  answer take(std::string_view text) {
    text_.assign(text).append(decode::decoder::padding_bytes, ' ');
    body_.bytes = std::string_view(text_).substr(0, text.size());
    plan p;
    answer found = door_.find(asked_, p);
    if (found.what != verdict::taken) return found;
    answer said = door_.take(asked_, p, body_);
    if (said.ack != nullptr) said.ack->seal();
    return said;
  }
  std::string key() { return std::string(lane_.decoded()[0].key); }

  tests::fake_world world_;
  tests::fake_publisher publisher_;
  std::shared_ptr<const config::settings> settings_;
  batching::in_flight budget_{1 << 20, 900'000, 800'000};
  runtime::lane lane_;
  door door_{lane_};
  listener listener_;
  request asked_;
  body body_;
  std::string text_;
};

TEST_F(DoorTest, TakesEventsUnderTheRulesOfTheirTopic) {
  const answer said = take(R"({"aggregateId":"a"})");
  EXPECT_EQ(said.what, verdict::taken);
  EXPECT_EQ(said.level, ack_level::broker);
  EXPECT_EQ(key(), "a");
  asked_.topic = "strict";
  take(R"({"aggregateId":"a","id":"b"})");
  EXPECT_EQ(key(), "b");
}

TEST_F(DoorTest, SaysThatATopicIsUnknownBeforeAnythingElse) {
  asked_.topic = "nowhere";
  asked_.ack = ack_level::none;
  EXPECT_EQ(take("broken").what, verdict::unknown_topic);
}

TEST_F(DoorTest, RefusesAckNoneWhereTheTopicForbidsIt) {
  asked_.ack = ack_level::none;
  EXPECT_EQ(take("{}").what, verdict::taken);
  asked_.topic = "strict";
  const answer said = take("{}");
  EXPECT_EQ(said.what, verdict::refused);
  EXPECT_EQ(said.why.code, errc::ack_not_allowed);
}

TEST_F(DoorTest, WhoIsToldNothingNeedsNoPermissionForIt) {
  asked_.topic = "strict";
  asked_.is_told = false;
  const answer said = take("{}");
  EXPECT_EQ(said.what, verdict::taken);
  EXPECT_EQ(said.level, ack_level::none);
}

TEST_F(DoorTest, LooksForTheAskedPointerBeforeTheTopicsOwn) {
  asked_.key_pointer = "/other";
  take(R"({"aggregateId":"a","other":"o"})");
  EXPECT_EQ(key(), "o");
  take(R"({"aggregateId":"a"})");
  EXPECT_EQ(key(), "a");
}

TEST_F(DoorTest, AGivenKeyIsForOneEvent) {
  asked_.key = "given";
  take(R"({"aggregateId":"a"})");
  EXPECT_EQ(key(), "given");
  const answer said = take(R"([{},{}])");
  EXPECT_EQ(said.what, verdict::refused);
  EXPECT_EQ(said.why.code, errc::key_needs_single_event);
}

TEST_F(DoorTest, RefusesABodyAsAWhole) {
  EXPECT_EQ(take("[{}").why.code, errc::invalid_json);
  EXPECT_EQ(take("  ").why.code, errc::no_events);
  body_.events_max = 2;
  EXPECT_EQ(take("[{},{},{}]").why.code, errc::too_many_events);
  body_.encoding = decode::encoding::gzip;
  EXPECT_EQ(take("not gzip").why.code, errc::invalid_encoding);
}

TEST_F(DoorTest, AnEventAboveTheListenersLimitIsRejectedAlone) {
  body_.reader = &door_.ndjson();
  body_.event_bytes_max = 8;
  const answer said = take("{\"a\":1}\n{\"abcdefgh\":1}\n");
  ASSERT_EQ(said.what, verdict::taken);
  ASSERT_EQ(said.ack->failures().size(), 1U);
  EXPECT_EQ(said.ack->failures()[0].why, batching::reason::event_too_large);
}

TEST_F(DoorTest, FullTakesNothingAndLeavesNoAckOpen) {
  ASSERT_TRUE(budget_.reserve(budget_.limit_bytes() - 10));
  EXPECT_EQ(take("{}").what, verdict::full);
  EXPECT_EQ(listener_.acked, 0);
  budget_.release(budget_.limit_bytes() - 10);
  EXPECT_EQ(take("{}").what, verdict::taken);
}

TEST_F(DoorTest, AnAnnouncedRequestAsksForRoomBeforeItIsUnpacked) {
  ASSERT_TRUE(budget_.reserve(budget_.high_bytes() + 1));
  body_.bytes = "this would be refused, if it were read";
  const answer said = door_.take_announced(asked_, body_, {1, 100, {}});
  EXPECT_EQ(said.what, verdict::full);
  EXPECT_EQ(said.wanted.of, lane_.topics().find("t")->shared.get());
  EXPECT_FALSE(door_.has_room(said.wanted, {}));
  budget_.release(budget_.high_bytes() + 1);
  EXPECT_TRUE(door_.has_room(said.wanted, {}));
}

}  // namespace
}  // namespace gateway::ingress
