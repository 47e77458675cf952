#include <gtest/gtest.h>

#include "gateway/config/settings.h"
#include "tests/gateway/config/support.h"

namespace gateway::config::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(TopicsTest, TheFirstPatternThatMatchesWins) {
  const auto s =
      finalize(with_kafka("topics:\n"
                          "  - {pattern: orders.test, ack: none}\n"
                          "  - {pattern: orders.*, require_key: true}\n"));
  ASSERT_TRUE(s);
  EXPECT_EQ(s->of_topic("orders.test").ack, ack_level::none);
  EXPECT_FALSE(s->of_topic("orders.test").intake.require_key);
  EXPECT_TRUE(s->of_topic("orders.live").intake.require_key);
  EXPECT_EQ(s->of_topic("other").pattern, "*");
}

TEST(TopicsTest, EntriesTakeWhatTheyDoNotWriteFromTheDefaults) {
  const auto s =
      finalize(with_kafka("topics:\n"
                          "  - {pattern: a, ack_none_allowed: false}\n"
                          "topic_defaults:\n"
                          "  require_key: true\n"
                          "  key_pointers: [/id]\n"));
  ASSERT_TRUE(s);
  EXPECT_TRUE(s->of_topic("a").intake.require_key);
  EXPECT_FALSE(s->of_topic("a").ack_none_allowed);
  EXPECT_EQ(s->of_topic("a").key_pointers, std::vector<std::string>{"/id"});
  EXPECT_TRUE(s->of_topic("b").ack_none_allowed);
}

TEST(TopicsTest, AnEventOfAStoreNeedsAKey) {
  const auto stamped = finalize(with_kafka("topics: [{pattern: carts, mode: store, timestamp_pointer: /at}]\n"));
  ASSERT_FALSE(stamped);
  EXPECT_NE(stamped.error().at(0).message.find("time of their admission"), std::string::npos);
  const auto s = finalize(with_kafka("topics: [{pattern: carts, mode: store, require_key: false}, {pattern: a}]\n"));
  ASSERT_TRUE(s);
  EXPECT_TRUE(s->has_store());
  EXPECT_EQ(s->of_topic("carts").mode, topic_mode::store);
  EXPECT_TRUE(s->of_topic("carts").intake.require_key);
  EXPECT_EQ(s->of_topic("a").mode, topic_mode::stream);
  EXPECT_FALSE(s->of_topic("a").intake.require_key);
}

TEST(TopicsTest, WithoutAnEntryOfModeStoreThereIsNoStore) {
  const auto s = finalize(with_kafka("topics: [{pattern: a}]\n"));
  ASSERT_TRUE(s);
  EXPECT_FALSE(s->has_store());
}

TEST(TopicsTest, EveryKeyOfAnEntryIsRead) {
  const auto s =
      finalize(with_kafka("topics:\n"
                          "  - pattern: t\n"
                          "    ack: none\n"
                          "    key_pointers: [/a/b, /c]\n"
                          "    require_key: true\n"
                          "    validate: none\n"
                          "    on_invalid: fence\n"
                          "    event_bytes_max: 2MiB\n"
                          "    key_bytes_max: 77\n"
                          "    order: strict\n"
                          "    partitions: 12\n"
                          "    compression: lz4\n"
                          "    compression_level: 9\n"));
  ASSERT_TRUE(s);
  const topic_settings& t = s->of_topic("t");
  EXPECT_EQ(t.ack, ack_level::none);
  EXPECT_EQ(t.key_pointers, (std::vector<std::string>{"/a/b", "/c"}));
  EXPECT_TRUE(t.intake.require_key);
  EXPECT_EQ(t.validate, validation::none);
  EXPECT_EQ(t.intake.invalid, batching::on_invalid::fence);
  EXPECT_EQ(t.intake.event_bytes_max, 2U << 20);
  EXPECT_EQ(t.intake.key_bytes_max, 77U);
  EXPECT_EQ(t.order, partition_order::strict);
  EXPECT_EQ(t.partitions, 12);
  EXPECT_EQ(t.compression, "lz4");
  EXPECT_EQ(t.compression_level, 9);
}

TEST(TopicsTest, AnEntryNamesItsTopics) {
  EXPECT_THAT(errors_of(with_kafka("topics:\n  - ack: none\n")),
              ElementsAre(HasSubstr("headgate.yaml:2: topics: this entry names no topics")));
  EXPECT_THAT(codes_of(with_kafka("topics:\n  - pattern: a b\n")), ElementsAre(errc::invalid_value));
  EXPECT_THAT(codes_of(with_kafka("topic_defaults: {pattern: a}\n")), ElementsAre(errc::contradiction));
}

TEST(TopicsTest, APatternThatIsNeverReachedIsRefused) {
  EXPECT_THAT(errors_of(with_kafka("topics:\n  - {pattern: 'a*'}\n  - {pattern: ab}\n")),
              ElementsAre(HasSubstr("headgate.yaml:3: topics.pattern: 'ab' is never reached: 'a*' (headgate.yaml:2)")));
  EXPECT_THAT(codes_of(with_kafka("topics:\n  - {pattern: a}\n  - {pattern: a}\n")), ElementsAre(errc::contradiction));
}

TEST(TopicsTest, KeysThatDoNothingTogetherAreRefused) {
  EXPECT_THAT(codes_of(with_kafka("topics:\n  - {pattern: a, ack: none, ack_none_allowed: false}\n")),
              ElementsAre(errc::contradiction));
  EXPECT_THAT(codes_of(with_kafka("topics:\n  - {pattern: a, partitions: 3}\n")), ElementsAre(errc::contradiction));
  EXPECT_THAT(codes_of(with_kafka("topics:\n  - {pattern: a, compression: none, compression_level: 3}\n")),
              ElementsAre(errc::contradiction));
  EXPECT_THAT(codes_of(with_kafka("topics:\n  - {pattern: a, event_bytes_max: 17MiB}\n")),
              ElementsAre(errc::contradiction));
}

TEST(TopicsTest, KeyPointersAreChecked) {
  for (const char* good : {"/a", "/a/b", "/a~1b", "/", "/0"})
    EXPECT_THAT(errors_of(with_kafka("topic_defaults:\n  key_pointers: ['" + std::string(good) + "']\n")),
                ElementsAre())
        << good;
  for (const char* bad : {"a", "a/b", "/a~", "/a~2", "$.a"})
    EXPECT_THAT(codes_of(with_kafka("topic_defaults:\n  key_pointers: ['" + std::string(bad) + "']\n")),
                ElementsAre(errc::invalid_value))
        << bad;
}

TEST(TopicsTest, NoPointersIsAllowed) {
  const auto s = finalize(with_kafka("topic_defaults:\n  key_pointers: []\n"));
  ASSERT_TRUE(s);
  EXPECT_TRUE(s->of_topic("a").key_pointers.empty());
}

}  // namespace
}  // namespace gateway::config::test
