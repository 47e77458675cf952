#include "store/ownership/company.h"

#include <gtest/gtest.h>

#include <chrono>

namespace store::ownership {
namespace {

using namespace std::chrono_literals;

struct CompanyTest : ::testing::Test {
  company::time_point now{1000s};
  company with{5ms};
};

TEST_F(CompanyTest, ALoneAppendWaitsForNobody) {
  EXPECT_TRUE(with.is_due(1, false, now));
  with.on_sent();
  with.on_answered(1, 0, 2ms, now += 2ms);
  EXPECT_TRUE(with.is_due(1, false, now += 1ms)) << "the same client again";
}

TEST_F(CompanyTest, BehindARequestUnderWayTheyWaitForItsAnswerOrTheLinger) {
  EXPECT_FALSE(with.is_due(1, true, now));
  EXPECT_EQ(with.due(), now + 5ms);
  EXPECT_FALSE(with.is_due(9, true, now + 4ms));
  EXPECT_TRUE(with.is_due(9, true, now + 5ms));
  with.on_sent();
  EXPECT_EQ(with.due(), company::time_point::max());
  EXPECT_TRUE(with.is_due(company::pipelined_min, true, now + 6ms)) << "a request of their own is cheap enough";
}

TEST_F(CompanyTest, ThoseThatWereAnsweredAreExpectedBack) {
  with.on_answered(6, 2, 3ms, now);
  EXPECT_FALSE(with.is_due(2, false, now)) << "they have come meanwhile";
  EXPECT_EQ(with.due(), now + 3ms) << "as long as the answer took";
  EXPECT_FALSE(with.is_due(5, false, now + 1ms));
  EXPECT_TRUE(with.is_due(6, false, now + 1ms)) << "three of four are enough";
}

TEST_F(CompanyTest, TheyLeaveWithoutThoseThatDoNotComeBack) {
  with.on_answered(8, 0, 3ms, now);
  EXPECT_FALSE(with.is_due(1, false, now + 1ms));
  EXPECT_FALSE(with.is_due(2, false, now + 3ms));
  EXPECT_TRUE(with.is_due(2, false, now + 4ms));
  with.on_sent();
  with.on_answered(2, 0, 3ms, now + 7ms);
  EXPECT_TRUE(with.is_due(2, false, now + 8ms)) << "two are expected from now on";
}

TEST_F(CompanyTest, NobodyWaitsLongerThanTheLinger) {
  EXPECT_FALSE(with.is_due(1, true, now));
  with.on_answered(8, 1, 60ms, now + 3ms);
  EXPECT_FALSE(with.is_due(2, false, now + 3ms));
  EXPECT_EQ(with.due(), now + 5ms);
  EXPECT_TRUE(with.is_due(2, false, now + 5ms));
}

TEST_F(CompanyTest, AfterAPauseNobodyIsExpected) {
  with.on_answered(64, 0, 3ms, now);
  EXPECT_TRUE(with.is_due(1, false, now + company::remembered + 1ms));
}

TEST_F(CompanyTest, MoreThanEnoughIsNotWaitedFor) {
  with.on_answered(100'000, 0, 3ms, now);
  EXPECT_FALSE(with.is_due(company::enough - 1, false, now));
  EXPECT_TRUE(with.is_due(company::enough, false, now));
}

TEST_F(CompanyTest, WithoutALingerNobodyWaits) {
  company none(0us);
  none.on_answered(64, 0, 3ms, now);
  EXPECT_TRUE(none.is_due(1, false, now));
  EXPECT_TRUE(none.is_due(1, true, now));
}

TEST_F(CompanyTest, NothingIsDueWhereNothingWaits) {
  EXPECT_FALSE(with.is_due(1, true, now));
  EXPECT_FALSE(with.is_due(0, false, now));
  EXPECT_EQ(with.due(), company::time_point::max());
}

}  // namespace
}  // namespace store::ownership
