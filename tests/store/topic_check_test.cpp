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
  facts.broker_options["producer.id.expiration.ms"] = "3999";
  EXPECT_NE(one(true).find("producer.id.expiration.ms=3999"), std::string::npos) << one(true);
  facts.broker_options["producer.id.expiration.ms"] = "240000";
  facts.broker_options["transactional.id.expiration.ms"] = "3999";
  EXPECT_NE(one(true).find("transactional.id.expiration.ms=3999"), std::string::npos) << one(true);
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
                                                      {"message.timestamp.before.max.ms", "599999"},
                                                      {"message.timestamp.difference.max.ms", "1000"},
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

TEST_F(TopicCheckTest, KafkasOwnClockNeedsNoBoundsOfTime) {
  topic()["message.timestamp.before.max.ms"] = "1000";
  topic()["message.timestamp.type"] = "LogAppendTime";
  EXPECT_TRUE(check_topics(facts, {}).empty());
}

TEST_F(TopicCheckTest, AnExpirationBelowFourIntervalsIsAWeakness) {
  facts.broker_options["producer.id.expiration.ms"] = "239999";
  EXPECT_NE(one(false).find("producer.id.expiration.ms=239999"), std::string::npos) << one(false);
  EXPECT_NE(one(false).find("240000"), std::string::npos);
}

TEST_F(TopicCheckTest, OwnersProveThemselvesFourTimesWithinWhatExpiresFirst) {
  const auto every = [&] { return judge_topics(facts, {}).at(0).keep_every.count(); };
  EXPECT_EQ(every(), 60'000) << "the longest";
  topic()["retention.ms"] = "100000";
  EXPECT_EQ(every(), 25'000);
  facts.broker_options["producer.id.expiration.ms"] = "80000";
  EXPECT_EQ(every(), 20'000);
  facts.broker_options["transactional.id.expiration.ms"] = "40000";
  EXPECT_EQ(every(), 10'000);
  facts.broker_options["transactional.id.expiration.ms"] = "10";
  EXPECT_EQ(every(), 1'000) << "the shortest; the topic is unfit then";
}

TEST_F(TopicCheckTest, AVerdictIsGivenOnEachTopicThatIsThere) {
  facts.topics.push_back(facts.topics[0]);
  facts.topics[1].name = "stock";
  facts.topics[1].options["cleanup.policy"] = "compact";
  facts.topics[1].options["max.message.bytes"] = "2000000";
  facts.topics.push_back({"gone", false, 0, {}});
  auto all = judge_topics(facts, {});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_TRUE(all[0].is_fit());
  EXPECT_EQ(all[0].why_unfit(), "");
  EXPECT_EQ(all[0].message_bytes_max, 1048588U);
  EXPECT_FALSE(all[1].is_fit());
  EXPECT_NE(all[1].why_unfit().find("'stock': cleanup.policy=compact"), std::string::npos) << all[1].why_unfit();
  EXPECT_EQ(all[1].message_bytes_max, 2'000'000U);
  facts.broker_options["transaction.max.timeout.ms"] = "1";
  all = judge_topics(facts, {});
  EXPECT_FALSE(all[0].is_fit()) << "what is wrong with the brokers is wrong with every topic";
}

TEST_F(TopicCheckTest, ARetentionThatTakesTheOwnershipAwayIsFatal) {
  topic()["retention.ms"] = "3999";
  const auto all = judge_topics(facts, {});
  EXPECT_NE(all.at(0).why_unfit().find("retention.ms=3999 deletes the proof"), std::string::npos)
      << all.at(0).why_unfit();
}

TEST_F(TopicCheckTest, RefusesRedpandaAndSaysWhatItMayNotRead) {
  topic()["redpanda.remote.read"] = "false";
  EXPECT_NE(one(true).find("Redpanda"), std::string::npos) << one(true);
  topic().clear();
  facts.cluster_id = "redpanda.0b5b0bb3-8f84-4a0a-8b61-9a0c5e0c1f62";
  EXPECT_NE(one(true).find("Redpanda"), std::string::npos) << one(true);
  facts.cluster_id = "MkU3OEVBNTcwNTJENDM2Qk";
  EXPECT_NE(one(false).find("DescribeConfigs"), std::string::npos) << one(false);
}

}  // namespace
}  // namespace store
