#include "gateway/stores/topic_watch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "metrics/events.h"

namespace gateway::stores {
namespace {

using namespace std::chrono_literals;
using metrics::happened_total;
using metrics::happening;

constexpr topic_watch::pauses at_once{0ms, 0ms, 24h};

batching::cluster_facts facts_of(const std::vector<std::string>& topics, const char* policy) {
  batching::cluster_facts facts;
  facts.brokers = 3;
  for (const std::string& t : topics)
    facts.topics.push_back({t, true, 3, {{"cleanup.policy", policy}, {"min.insync.replicas", "2"}}});
  return facts;
}

/// A Kafka that gives the answers it was told, the last one for ever, and what the watch has made of them.
struct TopicWatchTest : ::testing::Test {
  using verdicts = std::vector<::store::topic_verdict>;

  topic_watch::answer ask(const std::vector<std::string>& topics) {
    const std::lock_guard lock(mutex);
    asked.push_back(topics);
    const std::size_t n = std::min(asked.size(), answers.size()) - 1;
    const std::string& is = answers[n];
    if (is == "none") return std::string("Kafka's settings: no answer");
    return facts_of(topics, is.c_str());
  }
  void start() {
    watch.start([this](const auto& topics) { return ask(topics); },
                [this](const verdicts& all) {
                  const std::lock_guard lock(mutex);
                  told.push_back(all);
                  changed.notify_all();
                },
                at_once);
  }
  verdicts wait_for(std::size_t n) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return told.size() >= n; });
    return told[n - 1];
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> answers{"delete"};  // a cleanup.policy, or none
  std::vector<std::vector<std::string>> asked;
  std::vector<verdicts> told;
  topic_watch watch;  // ends first
};

TEST_F(TopicWatchTest, AsksAboutTheTopicsItIsTold) {
  start();
  watch.set_topics({"carts", "stock"});
  const verdicts all = wait_for(1);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].topic, "stock");
  EXPECT_TRUE(all[1].is_fit());
  watch.set_topics({"carts", "orders"});
  EXPECT_EQ(wait_for(2).at(1).topic, "orders") << "at once, however long the pause is";
}

TEST_F(TopicWatchTest, AsksAgainWhereKafkaDoesNotAnswer) {
  answers = {"none", "none", "delete"};
  start();
  watch.set_topics({"carts"});
  EXPECT_TRUE(wait_for(1).at(0).is_fit());
  EXPECT_EQ(asked.size(), 3U);
}

TEST_F(TopicWatchTest, AsksAgainWhileATopicIsUnfitAndSaysEachFindingOnce) {
  answers = {"compact", "compact", "compact", "delete"};
  const auto unfit = happened_total(happening::store_topic_unfit);
  const auto fit = happened_total(happening::store_topic_fit);
  start();
  watch.set_topics({"carts"});
  EXPECT_FALSE(wait_for(3).at(0).is_fit());
  EXPECT_TRUE(wait_for(4).at(0).is_fit());
  watch.stop();
  EXPECT_EQ(happened_total(happening::store_topic_unfit), unfit + 1);
  EXPECT_EQ(happened_total(happening::store_topic_fit), fit + 1);
}

TEST_F(TopicWatchTest, WithoutTopicsItAsksNothing) {
  start();
  watch.set_topics({});
  watch.stop();
  EXPECT_TRUE(asked.empty());
}

}  // namespace
}  // namespace gateway::stores
