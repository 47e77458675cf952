#include "gateway/runtime/lane.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "tests/support/fake_publisher.h"
#include "tests/support/fake_world.h"

namespace gateway::runtime::test {
namespace {

class session final : public timed {
 public:
  session(std::string name, std::string& to) : name_(std::move(name)), to_(&to) {}
  void on_tick(batching::clock::time_point) noexcept override {
    *to_ += name_;
    if (on_ticked) on_ticked();
  }
  void on_settled() noexcept override { *to_ += name_ + "!"; }
  std::function<void()> on_ticked;

 private:
  std::string name_;
  std::string* to_;
};

struct counter final : batching::ack_listener {
  void on_acked(batching::ack&) noexcept override { ++told; }
  int told = 0;
};

/// Run by the test's own thread; start_drain() ticks at once.
class LaneTest : public testing::Test {
 protected:
  LaneTest() {
    world.add_topic("orders", 3);
    world.show_topics(on);
    run();
  }
  void run() { on.io().poll(); }
  void tick() {
    on.start_drain();
    run();
  }
  void submit(batching::ack& answer, std::string_view value) {
    batching::events& list = on.decoded();
    list.clear();
    list.add().value = value;
    answer.begin(&nobody, 1, false);
    EXPECT_EQ(
        on.submit(*on.topics().find("orders"), {}, list, answer, batching::ack_level::broker, metrics::listener::http),
        batching::admission::taken);
    answer.seal();
  }

  counter nobody;
  std::shared_ptr<const config::settings> settings = std::make_shared<config::settings>();
  tests::fake_world world;
  tests::fake_publisher publisher;
  batching::in_flight budget{1 << 20, 1 << 19, 1 << 18};
  lane on{0, settings, world, publisher, budget};
  std::string told;
};

TEST_F(LaneTest, EverySessionIsTickedUntilItIsUnwatched) {
  session a("a", told), b("b", told);
  on.watch(a);
  on.watch(b);
  tick();
  EXPECT_EQ(told, "ba");
  on.unwatch(b);
  tick();
  EXPECT_EQ(told, "baa");
  on.unwatch(a);
}

TEST_F(LaneTest, ASessionMayGoAwayInItsOwnTickOrTakeTheNextWithIt) {
  session a("a", told), b("b", told), c("c", told);
  on.watch(a);
  on.watch(b);
  on.watch(c);
  c.on_ticked = [&] {
    on.unwatch(c);
    on.unwatch(b);
  };
  tick();
  EXPECT_EQ(told, "ca");
  on.unwatch(a);
}

TEST_F(LaneTest, WhatIsSubmittedInOneCycleIsPublishedAtItsEndAndSettledAtHome) {
  batching::ack& answer = on.take_ack();
  submit(answer, "{}");
  EXPECT_TRUE(publisher.records().empty());
  on.io().run_for(std::chrono::milliseconds(50));
  EXPECT_EQ(publisher.records().size(), 1U);
  EXPECT_EQ(nobody.told, 1);
  EXPECT_EQ(on.recorder().records_admitted.value(), 1U);
  EXPECT_EQ(on.recorder().records_settled.value(), 1U);
  EXPECT_EQ(budget.bytes(), batching::ack::base_bytes) << "the answer is not written yet";
  on.give_back(answer);
  EXPECT_EQ(budget.bytes(), 0);
}

TEST_F(LaneTest, WhoeverWaitsForRoomIsToldOnceAndInOrder) {
  session a("a", told), b("b", told);
  on.watch(a);
  on.watch(b);
  on.call_when_settled(a);
  on.call_when_settled(b);
  on.call_when_settled(a);
  batching::ack& answer = on.take_ack();
  submit(answer, "{}");
  on.io().run_for(std::chrono::milliseconds(50));
  EXPECT_EQ(told, "a!b!");
  on.give_back(answer);
  on.unwatch(a);
  on.unwatch(b);
}

TEST_F(LaneTest, TheClockStandsStillWithinACycle) {
  const auto first = on.now();
  EXPECT_EQ(on.now(), first);
  run();
  EXPECT_GT(on.now(), first);
}

TEST_F(LaneTest, NewSettingsAreSeenFromTheNextCycleOnWithANewVersion) {
  const auto before = on.settings_version();
  auto changed = std::make_shared<config::settings>();
  changed->limits.json_depth_max = 7;
  on.set_settings(changed);
  EXPECT_NE(on.settings().limits.json_depth_max, 7U);
  run();
  EXPECT_EQ(on.settings().limits.json_depth_max, 7U);
  EXPECT_GT(on.settings_version(), before);
}

}  // namespace
}  // namespace gateway::runtime::test
