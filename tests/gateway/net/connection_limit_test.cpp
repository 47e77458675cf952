#include "gateway/net/connection_limit.h"

#include <gtest/gtest.h>

#include <optional>

namespace gateway::net::test {
namespace {

TEST(ConnectionLimitTest, GivesAsManySlotsAsItHasAndNoMore) {
  connection_limit limit(2);
  const auto first = limit.take();
  auto second = std::optional(limit.take());
  EXPECT_TRUE(first);
  EXPECT_TRUE(*second);
  EXPECT_FALSE(limit.take());
  EXPECT_EQ(limit.open(), 2U) << "a refused one is not counted";
  second.reset();
  EXPECT_EQ(limit.open(), 1U);
  EXPECT_TRUE(limit.take());
}

TEST(ConnectionLimitTest, AMovedSlotIsGivenBackOnce) {
  connection_limit limit(1);
  auto held = limit.take();
  connection_limit::slot moved = std::move(held);
  EXPECT_FALSE(held);
  EXPECT_EQ(limit.open(), 1U);
  moved = {};
  EXPECT_EQ(limit.open(), 0U);
}

TEST(ConnectionLimitTest, SaysWhatItIsCalled) {
  EXPECT_EQ(connection_limit(7).called(), "limits.connections_max");
  EXPECT_EQ(connection_limit(7, "another").called(), "another");
  EXPECT_EQ(connection_limit(7).max(), 7U);
}

}  // namespace
}  // namespace gateway::net::test
