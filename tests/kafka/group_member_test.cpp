// The shares of two members of a group on a real broker.
#include "batching/librdkafka/group_member.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "real_kafka.h"

namespace batching::librdkafka {
namespace {

using namespace std::chrono_literals;

struct instance {
  explicit instance(const std::string& topic) {
    group_settings s;
    s.bootstrap = kafka_tests::bootstrap();
    s.group = "owners-of-" + topic;
    auto joined = group_member::join(s, {topic}, [this](const std::set<assigned_partition>& now) {
      const std::lock_guard lock(mutex);
      all = now;
      changed.notify_all();
    });
    EXPECT_TRUE(joined);
    if (joined) member = std::move(*joined);
  }
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 30s, [&] { return all.size() == count; });
  }
  std::set<assigned_partition> now() {
    const std::lock_guard lock(mutex);
    return all;
  }
  std::mutex mutex;
  std::condition_variable changed;
  std::set<assigned_partition> all;
  std::unique_ptr<group_member> member;  // goes first
};

TEST(GroupMemberKafkaTest, InstancesShareThePartitionsAndInheritThoseOfOneThatLeaves) {
  const std::string topic = kafka_tests::make_topic("owners", 6);
  instance a(topic);
  ASSERT_TRUE(a.wait_for(6)) << "a lone instance owns everything";
  auto b = std::make_unique<instance>(topic);
  ASSERT_TRUE(b->wait_for(3));
  ASSERT_TRUE(a.wait_for(3));
  std::set<assigned_partition> both = a.now();
  both.merge(b->now());
  EXPECT_EQ(both.size(), 6U) << "each partition has one owner";
  b->member.reset();
  EXPECT_TRUE(b->now().empty());
  EXPECT_TRUE(a.wait_for(6)) << "at once, not after a timeout";
}

TEST(GroupMemberKafkaTest, AWrongPropertyIsSaidInWords) {
  group_settings s;
  s.bootstrap = kafka_tests::bootstrap();
  s.properties["no.such.property"] = "1";
  const auto joined = group_member::join(s, {"t"}, [](const auto&) {});
  ASSERT_FALSE(joined);
  EXPECT_NE(joined.error().find("no.such.property"), std::string::npos) << joined.error();
}

}  // namespace
}  // namespace batching::librdkafka
