#include "batching/librdkafka/waiting_room.h"

#include <gtest/gtest.h>

#include "tests/batching/recording_publisher.h"

namespace batching::librdkafka {
namespace {

struct WaitingRoomTest : ::testing::Test {
  std::unique_ptr<batch> make(std::uint64_t sequence, std::int32_t partition = 3) {
    auto b = std::make_unique<batch>(home, orders, partition);
    b->sequence = sequence;
    for (std::uint32_t i = 0; i < 4; ++i) b->append("key-" + std::to_string(i), true, "v", {}, nullptr, i);
    return b;
  }
  batching::testing::recording_home home;
  std::shared_ptr<topic> orders = batching::testing::make_topic("orders", 0, 12);
  waiting_room room;
};

TEST_F(WaitingRoomTest, GivesRecordsBackInTheOrderTheyWerePublished) {
  auto first = make(1), second = make(2);
  room.add({second.get(), 0, 4});
  room.add({first.get(), 2, 2});
  room.add({first.get(), 0, 2});
  const auto all = room.take();
  ASSERT_EQ(all.ranges.size(), 3U);
  EXPECT_EQ(all.ranges[0].of, first.get());
  EXPECT_EQ(all.ranges[0].first, 0U);
  EXPECT_EQ(all.ranges[1].first, 2U);
  EXPECT_EQ(all.ranges[2].of, second.get());
  EXPECT_TRUE(room.take().ranges.empty());
}

TEST_F(WaitingRoomTest, KnowsWhatStandsBehindARecordOfUnknownFate) {
  auto lost = make(1), later = make(2), elsewhere = make(3, 5);
  room.remember_unknown(*lost, {1, 1, outcome::possibly_persisted, reason::producer_failed, -1});
  const auto all = room.take();
  EXPECT_TRUE(all.is_behind_unknown(*later, later->records()[1]));
  EXPECT_FALSE(all.is_behind_unknown(*later, later->records()[2]));
  EXPECT_FALSE(all.is_behind_unknown(*elsewhere, elsewhere->records()[1]));
}

}  // namespace
}  // namespace batching::librdkafka
