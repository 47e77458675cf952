// Owned partitions on a real broker: take over, append, be fenced by the next owner, and what becomes of everything.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "batching/librdkafka/publisher.h"
#include "publishing.h"
#include "real_kafka.h"
#include "store/ownership/lane_driver.h"
#include "tests/support/topics_seen.h"

namespace store::ownership {
namespace {

using namespace std::chrono_literals;
using batching::outcome;
using kafka_tests::make_topic;
using kafka_tests::read_all;

/// One process: a lane with a driver, and one partition with what was folded from it.
class process final : public log_sink, public ownership_events {
 public:
  explicit process(const std::string& topic, driver_settings settings = {})
      : driver_(std::move(settings), {}, {[this] { metadata_.refresh_topics([](bool) {}); }, nullptr}),
        metadata_(asking(), {nullptr, 200ms},
                  {[this](auto table) { topics_.set(std::move(table)); }, nullptr,
                   [this](auto seen) { driver_.set_cluster(std::move(seen)); }}) {
    driver_.attach(io_);
    lane_ = std::jthread([this] { io_.run(); });
    static_cast<void>(metadata_.start());
    of = topics_.wait_for(topic);
    EXPECT_TRUE(of);
    on_lane([this] { owned = &driver_.open(of, 0, from, *this, *this); });
  }
  ~process() {
    metadata_.abandon(5s);
    work_.reset();
    io_.stop();
    lane_.join();
    driver_.close_all();
  }

  static batching::librdkafka::producer_settings asking() {
    batching::librdkafka::producer_settings s;
    s.bootstrap = kafka_tests::bootstrap();
    return s;
  }
  template <typename Do>
  void on_lane(Do what) {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      what();
      done.set_value();
    });
    done.get_future().get();
  }
  ownership_status status() {
    ownership_status s;
    on_lane([&] { s = owned->status(); });
    return s;
  }
  void should_own(bool should) {
    on_lane([&] { owned->should_own(should); });
  }
  [[nodiscard]] bool wait_for(ownership_state state) {
    for (int i = 0; i < 1500; ++i) {
      if (status().is == state) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  /// One append of `count` events, and its result.
  append_result append(const std::string& name, int count) {
    auto result = std::make_shared<std::promise<append_result>>();
    auto settled = result->get_future();
    on_lane([&] {
      ASSERT_TRUE(owned->can_append());
      batches parts;
      auto& b = parts.emplace_back(std::make_unique<batching::batch>(home, of, 0));
      b->admit_at(batching::clock::now(), kafka_tests::publishing::wall_ms());
      for (int i = 0; i < count; ++i) {
        const batching::header version[] = {{"aggregate-version", "1"}};
        b->append(name, true, name + "-" + std::to_string(i), version, nullptr, 0);
      }
      settling_ = result;
      owned->append(std::move(parts));
    });
    EXPECT_EQ(settled.wait_for(30s), std::future_status::ready);
    return settled.get();
  }
  bool prove() {
    std::promise<bool> is_owner;
    on_lane([&] { owned->prove([&](bool is) { is_owner.set_value(is); }); });
    return is_owner.get_future().get();
  }
  std::vector<std::string> folded() {
    std::vector<std::string> copy;
    on_lane([&] { copy = folded_; });
    return copy;
  }

  void on_batch(const log_batch& read) override {
    for (const log_record& r : read.records) folded_.emplace_back(r.value);
  }
  void on_position(const log_position& p) override { position = p; }
  void on_caught_up() override {}
  void on_restart(std::int64_t) override { folded_.clear(); }
  void on_gained() override {}
  void on_lost(ownership_reason) override {}
  void on_settled(batches, const append_result& result) override {
    std::exchange(settling_, nullptr)->set_value(result);
  }

  struct no_home final : batching::batch_home {
    void take_back(std::unique_ptr<batching::batch>) noexcept override {}
  } home;
  std::shared_ptr<batching::topic> of;
  log_position from, position;
  owned_partition* owned = nullptr;

 private:
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ = boost::asio::make_work_guard(io_);
  tests::topics_seen topics_;
  lane_driver driver_;
  batching::librdkafka::publisher metadata_;
  std::jthread lane_;
  std::vector<std::string> folded_;
  std::shared_ptr<std::promise<append_result>> settling_;
};

std::vector<std::string> values_of(const std::string& topic) {
  std::vector<std::string> values;
  for (const auto& r : read_all(topic)) values.push_back(r.value);
  return values;
}

TEST(OwnershipKafkaTest, AnOwnerAppendsAndFoldsWhatItWrote) {
  const std::string name = make_topic("owned", 1);
  process a(name);
  EXPECT_TRUE(a.wait_for(ownership_state::following));
  a.should_own(true);
  ASSERT_TRUE(a.wait_for(ownership_state::serving));
  for (int i = 0; i < 20; ++i) {
    const append_result r = a.append("a" + std::to_string(i), 3);
    EXPECT_EQ(r.fate, outcome::persisted);
  }
  const auto all = read_all(name);
  ASSERT_EQ(all.size(), 60U);
  EXPECT_EQ(all[0].value, "a0-0");
  EXPECT_EQ(values_of(name), a.folded());
  EXPECT_EQ(a.status().next_offset, all.back().offset + 1);
}

TEST(OwnershipKafkaTest, TheNextOwnerHasEverythingAndTheFormerIsFencedWithCertainty) {
  const std::string name = make_topic("owned", 1);
  process a(name);
  a.should_own(true);
  ASSERT_TRUE(a.wait_for(ownership_state::serving));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(a.append("a" + std::to_string(i), 2).fate, outcome::persisted);
  process b(name);
  b.should_own(true);
  ASSERT_TRUE(b.wait_for(ownership_state::serving));
  EXPECT_EQ(b.folded(), values_of(name));
  EXPECT_EQ(b.folded().size(), 20U);
  // Both believe that they should own it. The former one learns better with its next append, which is certainly not
  // there.
  const append_result late = a.append("late", 1);
  EXPECT_EQ(late.fate, outcome::not_persisted);
  EXPECT_NE(a.status().is, ownership_state::serving);
  a.should_own(false);
  if (!b.wait_for(ownership_state::serving)) FAIL();
  EXPECT_EQ(b.append("b", 1).fate, outcome::persisted);
  const auto values = values_of(name);
  EXPECT_EQ(values.size(), 21U);
  EXPECT_EQ(values.back(), "b-0");
  for (int i = 0; i < 300 && a.folded() != values; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(a.folded(), values) << "who does not own it any more goes on reading";
}

TEST(OwnershipKafkaTest, AHandOverUnderLoadLosesNothingAndRepeatsNothing) {
  const std::string name = make_topic("owned", 1);
  process a(name), b(name);
  std::vector<std::string> acked;
  process* owner = &a;
  for (int round = 0; round < 8; ++round) {
    owner->should_own(true);
    ASSERT_TRUE(owner->wait_for(ownership_state::serving));
    for (int i = 0; i < 5; ++i) {
      const std::string key = std::to_string(round) + "." + std::to_string(i);
      ASSERT_EQ(owner->append(key, 1).fate, outcome::persisted);
      acked.push_back(key + "-0");
    }
    owner->should_own(false);
    owner = owner == &a ? &b : &a;
  }
  EXPECT_EQ(values_of(name), acked);
}

TEST(OwnershipKafkaTest, KeepAlivesProveTheOwnershipAndKeepTheEpoch) {
  driver_settings often;
  often.claiming.keep_every = 300ms;
  const std::string name = make_topic("owned", 1);
  process a(name, often);
  EXPECT_FALSE(a.prove()) << "it does not own it yet";
  a.should_own(true);
  ASSERT_TRUE(a.wait_for(ownership_state::serving));
  const std::int16_t epoch = a.status().epoch;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(a.append("a" + std::to_string(i), 1).fate, outcome::persisted);
    std::this_thread::sleep_for(100ms);
    EXPECT_TRUE(a.prove());
  }
  EXPECT_EQ(a.status().epoch, epoch);
  EXPECT_EQ(a.status().is, ownership_state::serving);
  EXPECT_EQ(values_of(name), a.folded());
  process b(name);
  b.should_own(true);
  ASSERT_TRUE(b.wait_for(ownership_state::serving));
  EXPECT_FALSE(a.prove()) << "and so a stale answer is noticed";
}

TEST(OwnershipKafkaTest, ARestartGoesOnWhereItWas) {
  const std::string name = make_topic("owned", 1);
  log_position at;
  {
    process a(name);
    a.should_own(true);
    ASSERT_TRUE(a.wait_for(ownership_state::serving));
    EXPECT_EQ(a.append("before", 2).fate, outcome::persisted);
    at = a.position;
  }
  EXPECT_FALSE(at.note.empty()) << "it was an owner, and may have to be fenced one day";
  process b(name);
  b.should_own(true);
  ASSERT_TRUE(b.wait_for(ownership_state::serving));
  EXPECT_EQ(b.append("after", 1).fate, outcome::persisted);
  EXPECT_EQ(values_of(name), (std::vector<std::string>{"before-0", "before-1", "after-0"}));
}

TEST(OwnershipKafkaTest, AnAppendTheTopicIsTooSmallForIsRejectedAndTheNextOneIsTaken) {
  const std::string name = make_topic("owned-small", 1, "max.message.bytes", "1000");
  process a(name);
  a.should_own(true);
  ASSERT_TRUE(a.wait_for(ownership_state::serving));
  const append_result large = a.append(std::string(2000, 'k'), 1);
  EXPECT_EQ(large.fate, outcome::rejected);
  EXPECT_EQ(large.why, batching::reason::message_too_large);
  EXPECT_EQ(a.append("small", 1).fate, outcome::persisted);
  EXPECT_EQ(values_of(name), std::vector<std::string>{"small-0"});
}

}  // namespace
}  // namespace store::ownership
