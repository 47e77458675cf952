#include "batching/topics/topic_directory.h"

#include <gtest/gtest.h>

namespace batching::topics {
namespace {

topic_directory make(partition_policy policy = {}) {
  return topic_directory({[policy](std::string_view) { return policy; }, std::chrono::seconds(5)});
}

TEST(TopicDirectoryTest, TheFirstAnswerIsNewsEvenWithoutTopics) {
  auto d = make();
  EXPECT_NE(d.update({}), nullptr);
  EXPECT_EQ(d.update({}), nullptr);
}

TEST(TopicDirectoryTest, KnowsTopicsAndTheirPartitions) {
  auto d = make();
  const auto table = d.update({{"orders", 12}, {"carts", 3}});
  EXPECT_EQ(table->find("orders")->partitions, 12);
  EXPECT_EQ(table->find("carts")->partitions_keyed, 3);
  EXPECT_EQ(table->find("nothing"), nullptr);
}

TEST(TopicDirectoryTest, KafkasOwnTopicsAreNotThereForClients) {
  auto d = make();
  const auto table = d.update({{"__consumer_offsets", 50}, {"__transaction_state", 50}, {"__orders", 1}});
  EXPECT_EQ(table->find("__consumer_offsets"), nullptr);
  EXPECT_EQ(table->find("__transaction_state"), nullptr);
  EXPECT_NE(table->find("__orders"), nullptr);
}

TEST(TopicDirectoryTest, FollowsGrowthByDefault) {
  auto d = make();
  const auto before = d.update({{"orders", 12}});
  const auto after = d.update({{"orders", 24}});
  EXPECT_EQ(after->find("orders")->partitions_keyed, 24);
  EXPECT_EQ(after->find("orders")->shared, before->find("orders")->shared);
}

TEST(TopicDirectoryTest, StrictOrderKeepsKeysWhereTheyAre) {
  auto d = make({true, 0});
  static_cast<void>(d.update({{"orders", 12}}));
  const auto after = d.update({{"orders", 24}});
  EXPECT_EQ(after->find("orders")->partitions, 24);
  EXPECT_EQ(after->find("orders")->partitions_keyed, 12);
}

TEST(TopicDirectoryTest, StrictOrderWithACountKeepsItOverARestart) {
  auto d = make({true, 12});
  EXPECT_EQ(d.update({{"orders", 24}})->find("orders")->partitions_keyed, 12);
}

TEST(TopicDirectoryTest, NeverMapsKeysToPartitionsThatAreNotThere) {
  auto d = make({true, 12});
  EXPECT_EQ(d.update({{"orders", 4}})->find("orders")->partitions_keyed, 4);
}

TEST(TopicDirectoryTest, KnowsWhichTopicsAreCompacted) {
  const topic_directory::time_point now{};
  auto d = make();
  static_cast<void>(d.update({{"orders", 12}, {"carts", 3}}));
  EXPECT_EQ(d.wanting_settings(now, 1).size(), 1U);
  EXPECT_EQ(d.wanting_settings(now, 10).size(), 2U);
  const auto table = d.take_settings({"orders", "carts"}, {{"orders", true}}, now);
  ASSERT_NE(table, nullptr);
  EXPECT_TRUE(table->find("orders")->is_compacted);
  EXPECT_FALSE(table->find("carts")->is_compacted);
  EXPECT_TRUE(d.wanting_settings(now + std::chrono::minutes(4), 10).empty()) << "also what Kafka did not tell";
  EXPECT_EQ(d.wanting_settings(now + topic_directory::settings_age_max, 10).size(), 2U);
  EXPECT_EQ(d.take_settings({"orders"}, {{"orders", true}}, now), nullptr) << "no news";
  EXPECT_TRUE(d.update({{"orders", 24}, {"carts", 3}})->find("orders")->is_compacted);
  EXPECT_FALSE(d.take_settings({"orders"}, {{"orders", false}}, now)->find("orders")->is_compacted);
}

TEST(TopicDirectoryTest, OneIncompleteAnswerDoesNotLoseATopic) {
  auto d = make();
  static_cast<void>(d.update({{"orders", 12}}));
  EXPECT_EQ(d.update({}), nullptr);
  EXPECT_EQ(d.update({{"orders", 12}}), nullptr);
  EXPECT_EQ(d.update({}), nullptr);
  const auto gone = d.update({});
  ASSERT_NE(gone, nullptr);
  EXPECT_EQ(gone->find("orders"), nullptr);
}

TEST(TopicDirectoryTest, ATopicThatComesBackIsTheSameOne) {
  auto d = make();
  const auto first = d.update({{"orders", 12}});
  static_cast<void>(d.update({}));
  static_cast<void>(d.update({}));
  const auto again = d.update({{"orders", 6}});
  EXPECT_EQ(again->find("orders")->shared, first->find("orders")->shared);
  EXPECT_EQ(again->find("orders")->partitions_keyed, 6);
}

}  // namespace
}  // namespace batching::topics
