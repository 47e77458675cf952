#include "gateway/auth/tenant.h"

#include <gtest/gtest.h>

namespace gateway::auth::test {
namespace {

using namespace std::chrono_literals;
const bucket::time_point start{1000s};

TEST(TenantTest, WhatIsNotNamedIsNotAllowed) {
  usage u;
  const tenant t({"shop", {"orders*", "carts"}, {"orders.eu"}, {}}, u);
  EXPECT_TRUE(t.may(right::write, "orders"));
  EXPECT_TRUE(t.may(right::write, "orders.eu"));
  EXPECT_TRUE(t.may(right::write, "carts"));
  EXPECT_FALSE(t.may(right::write, "carts2"));
  EXPECT_FALSE(t.may(right::write, "payments"));
  EXPECT_TRUE(t.may(right::read, "orders.eu"));
  EXPECT_FALSE(t.may(right::read, "orders"));
  EXPECT_TRUE(t.may_see("carts"));
  EXPECT_FALSE(t.may_see("payments"));
  const tenant nothing({"none", {}, {}, {}}, u);
  EXPECT_FALSE(nothing.may(right::write, "orders"));
}

TEST(TenantTest, EachBoundOfAQuotaIsItsOwn) {
  usage u;
  const tenant t({"shop", {}, {}, {.events = 10, .bytes = 1000, .requests = 2, .in_flight_bytes = 100}}, u);
  EXPECT_EQ(t.take_request(start).of, bound::none);
  EXPECT_EQ(t.take_request(start).of, bound::none);
  EXPECT_EQ(t.take_request(start).of, bound::requests);
  EXPECT_EQ(t.take_request(start).wait, 500ms);
  EXPECT_EQ(t.check_events(start).of, bound::none);
  t.charge_events(20, 10, start);
  EXPECT_EQ(t.check_events(start).of, bound::events);
  t.charge_events(0, 5000, start);
  EXPECT_EQ(t.check_events(start).of, bound::bytes) << "the longest wait is told";
  u.in_flight_bytes = 100;
  EXPECT_EQ(t.check_events(start + 10s).of, bound::in_flight);
  u.in_flight_bytes = 99;
  EXPECT_EQ(t.check_events(start + 10s).of, bound::none);
  EXPECT_EQ(u.requests_total, 2U);
  EXPECT_EQ(u.events_total, 20U);
}

TEST(TenantTest, ConnectionsAreCountedAndBounded) {
  usage u;
  const tenant t({"shop", {}, {}, {.connections = 2}}, u);
  EXPECT_TRUE(t.take_connection());
  EXPECT_TRUE(t.take_connection());
  EXPECT_FALSE(t.take_connection());
  t.give_connection();
  EXPECT_TRUE(t.take_connection());
  EXPECT_EQ(u.over_quota_total[static_cast<std::size_t>(bound::connections)], 1U);
}

// A reload changes the rights, not what was used.
TEST(TenantTest, UsageOutlivesTheRights) {
  usage u;
  {
    const tenant before({"shop", {}, {}, {.requests = 1}}, u);
    EXPECT_EQ(before.take_request(start).of, bound::none);
  }
  const tenant after({"shop", {}, {}, {.requests = 1}}, u);
  EXPECT_EQ(after.take_request(start).of, bound::requests);
}

}  // namespace
}  // namespace gateway::auth::test
