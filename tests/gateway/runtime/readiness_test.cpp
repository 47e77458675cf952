#include "gateway/runtime/readiness.h"

#include <gtest/gtest.h>

namespace gateway::runtime {
namespace {

using namespace std::chrono_literals;

struct ReadinessTest : ::testing::Test {
  void see(runtime::readiness::seen what) { ready.update(what, t += 200ms); }
  static runtime::readiness::seen fine() { return {0ms, true, false}; }

  batching::in_flight budget{1000, 800, 500};
  runtime::readiness ready{budget, 30s};
  batching::clock::time_point t{1s};
};

TEST_F(ReadinessTest, IsNotReadyBeforeKafkaHasToldItsTopics) {
  EXPECT_NE(ready.not_ready_reason(), "");
  see(fine());
  EXPECT_EQ(ready.not_ready_reason(), "");
}

TEST_F(ReadinessTest, AFirstAnswerOfKafkaIsAMatterOfAMoment) {
  EXPECT_EQ(ready.retry_after_seconds(), 1);
  see({400ms, false, false});
  EXPECT_EQ(ready.retry_after_seconds(), 1);
  see({3s, false, false});
  EXPECT_EQ(ready.retry_after_seconds(), runtime::readiness::retry_after_seconds_max / 2);
  see({400ms, true, false});
  EXPECT_EQ(ready.retry_after_seconds(), runtime::readiness::retry_after_seconds_max / 2);
}

TEST_F(ReadinessTest, ForgivesKafkaAShortAbsence) {
  see({30s, true, false});
  EXPECT_EQ(ready.not_ready_reason(), "");
  see({31s, true, false});
  EXPECT_EQ(ready.not_ready_reason(), "Kafka has been away for 31 s");
  see(fine());
  EXPECT_EQ(ready.not_ready_reason(), "");
}

TEST_F(ReadinessTest, ForgivesNoAbsenceOnceATopicIsFull) {
  see({1s, true, true});
  EXPECT_NE(ready.not_ready_reason(), "");
  see({0ms, true, true});
  EXPECT_EQ(ready.not_ready_reason(), "");
}

TEST_F(ReadinessTest, IsNotReadyWhileMostLeadersCannotBeReached) {
  see({0ms, true, false, 50});
  EXPECT_EQ(ready.not_ready_reason(), "");
  see({0ms, true, false, 51});
  EXPECT_TRUE(ready.not_ready_reason().starts_with("the leaders of 51 % of Kafka's partitions cannot be reached"));
  see(fine());
  EXPECT_EQ(ready.not_ready_reason(), "");
}

TEST_F(ReadinessTest, TheShareOfUnreachedLeadersIsConfigured) {
  runtime::readiness strict(budget, 30s, 0);
  strict.update({0ms, true, false, 1}, t += 200ms);
  EXPECT_NE(strict.not_ready_reason(), "");
  runtime::readiness careless(budget, 30s, 100);
  careless.update({0ms, true, false, 100}, t += 200ms);
  EXPECT_EQ(careless.not_ready_reason(), "");
}

TEST_F(ReadinessTest, IsNotReadyWhileTheBudgetIsUsedUp) {
  see(fine());
  ASSERT_TRUE(budget.reserve(800));
  EXPECT_EQ(ready.not_ready_reason(), "the in-flight budget is used up");
  budget.release(300);
  EXPECT_EQ(ready.not_ready_reason(), "");
}

TEST_F(ReadinessTest, IsNotReadyOnceItDrains) {
  see(fine());
  ready.start_drain();
  EXPECT_NE(ready.not_ready_reason(), "");
}

TEST_F(ReadinessTest, RetryAfterFollowsTheMeasuredDrainRate) {
  see(fine());
  EXPECT_EQ(ready.retry_after_seconds(), 1);
  for (int i = 0; i < 50; ++i) {  // 20 bytes each 200 ms: 100 bytes a second
    ASSERT_TRUE(budget.reserve(20));
    budget.release(20);
    see(fine());
  }
  ASSERT_TRUE(budget.reserve(1000));
  EXPECT_EQ(ready.retry_after_seconds(), 6);  // 500 bytes above the low level, a little less than 100 a second
}

TEST_F(ReadinessTest, RetryAfterIsBoundedWhenNothingDrains) {
  ASSERT_TRUE(budget.reserve(1000));
  see({10s, true, true});
  EXPECT_LE(ready.retry_after_seconds(), runtime::readiness::retry_after_seconds_max);
  EXPECT_GE(ready.retry_after_seconds(), 10);
}

}  // namespace
}  // namespace gateway::runtime
