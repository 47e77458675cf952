#include "store/topic_check.h"

#include <gtest/gtest.h>

namespace store {
namespace {

struct TopicCheckTest : ::testing::Test {
  batching::cluster_facts facts{3,
                                {{"transactional.id.expiration.ms", "604800000"},
                                 {"producer.id.expiration.ms", "86400000"},
                                 {"transaction.max.timeout.ms", "900000"},
                                 {"transaction.state.log.replication.factor", "3"}},
                                {{"orders",
                                  true,
                                  3,
                                  {{"cleanup.policy", "delete"},
                                   {"retention.ms", "-1"},
                                   {"retention.bytes", "-1"},
                                   {"min.insync.replicas", "2"},
                                   {"unclean.leader.election.enable", "false"},
                                   {"max.message.bytes", "1048588"}}}}};
  [[nodiscard]] std::string one(bool is_fatal) const {
    const auto found = check_topics(facts, {});
    if (found.size() != 1) return std::to_string(found.size()) + " findings";
    return found[0].is_fatal == is_fatal ? found[0].text : "another weight: " + found[0].text;
  }
  batching::kafka_options& topic() { return facts.topics[0].options; }
};

TEST_F(TopicCheckTest, FindsNothingInWhatIsRecommended) { EXPECT_TRUE(check_topics(facts, {}).empty()); }

TEST_F(TopicCheckTest, NamesEachSettingThatLosesHistoryOrTheOwnership) {
  topic()["cleanup.policy"] = "compact,delete";
  EXPECT_NE(one(true).find("cleanup.policy=compact,delete"), std::string::npos) << one(true);
  topic()["cleanup.policy"] = "delete";
  facts.broker_options["producer.id.expiration.ms"] = "239999";
  EXPECT_NE(one(true).find("producer.id.expiration.ms=239999"), std::string::npos) << one(true);
  facts.broker_options["producer.id.expiration.ms"] = "240000";
  facts.broker_options["transactional.id.expiration.ms"] = "60000";
  EXPECT_NE(one(true).find("transactional.id.expiration.ms=60000"), std::string::npos) << one(true);
  facts.broker_options["transactional.id.expiration.ms"] = "240000";
  facts.broker_options["transaction.max.timeout.ms"] = "59999";
  EXPECT_NE(one(true).find("transaction.max.timeout.ms=59999"), std::string::npos) << one(true);
  facts.broker_options.clear();
  facts.topics[0].is_there = false;
  EXPECT_NE(one(true).find("does not exist"), std::string::npos) << one(true);
}

TEST_F(TopicCheckTest, NamesEachWeakness) {
  const std::pair<const char*, const char*> weak[] = {{"retention.ms", "604800000"},
                                                      {"retention.bytes", "1000"},
                                                      {"min.insync.replicas", "1"},
                                                      {"unclean.leader.election.enable", "true"},
                                                      {"max.message.bytes", "1000"}};
  const auto good = topic();
  for (const auto& [name, value] : weak) {
    topic() = good;
    topic()[name] = value;
    EXPECT_NE(one(false).find(std::string(name) + "=" + value), std::string::npos) << one(false);
  }
  topic() = good;
  facts.topics[0].replicas = 1;
  EXPECT_NE(one(false).find("1 replica(s)"), std::string::npos) << one(false);
  facts.topics[0].replicas = 3;
  facts.broker_options["transaction.state.log.replication.factor"] = "1";
  EXPECT_NE(one(false).find("transaction.state.log.replication.factor=1"), std::string::npos) << one(false);
}

TEST_F(TopicCheckTest, RefusesRedpandaAndSaysWhatItMayNotRead) {
  topic()["redpanda.remote.read"] = "false";
  EXPECT_NE(one(true).find("Redpanda"), std::string::npos) << one(true);
  topic().clear();
  EXPECT_NE(one(false).find("DescribeConfigs"), std::string::npos) << one(false);
}

}  // namespace
}  // namespace store
