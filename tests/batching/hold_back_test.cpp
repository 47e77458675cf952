#include "batching/hold_back.h"

#include <gtest/gtest.h>

#include "batching/intake.h"
#include "tests/batching/recording_publisher.h"

namespace batching {
namespace {

using namespace std::chrono_literals;
using testing::make_topic;

// A topic may hold 400'000, a partition 200'000; fresh requests find half of that.
struct HoldBackTest : ::testing::Test {
  void hold(std::int32_t partition, std::int64_t bytes, clock::time_point since) {
    ASSERT_TRUE(orders->reserve(bytes, 10 * budget.share_bytes()));
    orders->add_sealed(partition, bytes, since);
  }
  void settle(std::int32_t partition, std::int64_t bytes, clock::time_point at) {
    orders->remove_settled(partition, bytes, at);
    orders->release(bytes);
  }
  /// The same in each of `partitions` partitions.
  void spread(std::int64_t bytes, std::int32_t partitions = 12) {
    for (std::int32_t p = 0; p < partitions; ++p) hold(p, bytes / partitions, t0);
  }
  [[nodiscard]] bool waits(std::int64_t bytes, clock::duration waited = 0s, clock::duration later = 0s) const {
    return should_wait({orders.get(), 12, bytes, std::min<std::int64_t>(bytes, 2000)}, budget, waited, t0 + later);
  }

  std::shared_ptr<topic> orders = make_topic("orders", 0, 12);
  in_flight budget{800'000, 600'000, 400'000};
  clock::time_point t0{1h};
};

TEST_F(HoldBackTest, NothingWaitsForATopicThatHoldsLittleOrNothing) {
  EXPECT_FALSE(waits(10'000));
  EXPECT_FALSE(waits(10'000'000)) << "nothing to wait for";
  spread(90'000);
  EXPECT_FALSE(waits(10'000));
}

TEST_F(HoldBackTest, AFreshRequestWaitsWhereAMovingTopicHoldsHalfOfItsShare) {
  spread(180'000);
  EXPECT_FALSE(waits(20'000));
  EXPECT_TRUE(waits(20'001)) << "the request's own bytes count";
}

TEST_F(HoldBackTest, WhoHasWaitedLongerMayGoFurtherButNotBeyondTheShare) {
  spread(240'000);
  EXPECT_TRUE(waits(60'000, 999ms));
  EXPECT_FALSE(waits(60'000, 1s));
  EXPECT_TRUE(waits(60'001, 1s));
  EXPECT_FALSE(waits(110'000, 3s));
  spread(156'000);
  EXPECT_TRUE(waits(1, 1h));
}

TEST_F(HoldBackTest, OneFullPartitionThatMovesHoldsTheTopicBack) {
  hold(3, 98'000, t0);
  EXPECT_FALSE(waits(10'000));
  hold(3, 1, t0);
  EXPECT_TRUE(waits(10'000));
  EXPECT_FALSE(waits(10'000, 1s)) << "three quarters of the partition's share then";
}

TEST_F(HoldBackTest, NothingWaitsForAStuckPartition) {
  hold(3, 199'000, t0);
  EXPECT_TRUE(waits(10'000, 0s, stuck_after - 1ms));
  EXPECT_FALSE(waits(10'000, 0s, stuck_after));
  settle(3, 1000, t0 + 10s);
  EXPECT_TRUE(waits(10'000, 0s, 10s)) << "it moves again";
  EXPECT_FALSE(waits(10'000, 0s, 10s + stuck_after));
}

TEST_F(HoldBackTest, APartitionThatWasIdleIsNotStuckWhenItFills) {
  hold(3, 1000, t0);
  settle(3, 1000, t0);
  hold(3, 150'000, t0 + 1h);
  EXPECT_TRUE(waits(10'000, 0s, 1h + 500ms));
}

TEST_F(HoldBackTest, OthersUseWhatAStuckPartitionLeaves) {
  hold(3, 200'000, t0 - 1h);
  spread(80'000, 2);
  EXPECT_FALSE(waits(20'000)) << "half of what is left";
  EXPECT_TRUE(waits(20'001));
}

TEST_F(HoldBackTest, AStuckTopicIsNotWaitedFor) {
  hold(3, 200'000, t0 - 1h);
  hold(4, 200'000, t0 - 1h);
  EXPECT_FALSE(waits(10'000));
}

TEST_F(HoldBackTest, ALargeRequestWaitsForRoomButNotForEver) {
  spread(100'000);
  EXPECT_FALSE(waits(100'000)) << "fits";
  EXPECT_TRUE(waits(350'000, large_request_patience - 1ms));
  EXPECT_FALSE(waits(350'000, large_request_patience)) << "beside others it may never fit";
  EXPECT_FALSE(waits(1'000'000, large_request_patience)) << "it cannot ever: to be refused";
  settle(0, 8333, t0);
  for (std::int32_t p = 1; p < 12; ++p) settle(p, 8333, t0);
  EXPECT_FALSE(waits(1'000'000)) << "nothing moves that could make room";
}

TEST_F(HoldBackTest, WhereSomethingIsStuckALargeRequestIsDecidedSoon) {
  hold(3, 200'000, t0 - 1h);
  spread(120'000, 2);
  EXPECT_TRUE(waits(150'000, stuck_after - 1ms));
  EXPECT_FALSE(waits(150'000, stuck_after));
}

TEST_F(HoldBackTest, WhatIsNotSealedYetIsMoving) {
  ASSERT_TRUE(orders->reserve(300'000, budget.share_bytes()));
  EXPECT_TRUE(waits(10'000));
}

TEST_F(HoldBackTest, ARequestIsJudgedBeforeItIsUnpacked) {
  const topic_entry to{orders, 12, 12, 0};
  const room_wanted small = room_for(to, {}, 10, 1000);
  EXPECT_EQ(small.of, orders.get());
  EXPECT_EQ(small.partitions, 12);
  EXPECT_EQ(small.bytes, 1000 + 10 * batch::record_overhead_bytes);
  EXPECT_EQ(small.largest_bytes, small.bytes);
  const intake_policy policy{.event_bytes_max = 5000, .key_bytes_max = 100};
  EXPECT_EQ(room_for(to, policy, 100, 100'000).largest_bytes, 5100 + batch::record_overhead_bytes);
}

}  // namespace
}  // namespace batching
