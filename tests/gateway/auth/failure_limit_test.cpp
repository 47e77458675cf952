#include "gateway/auth/failure_limit.h"

#include <gtest/gtest.h>

namespace gateway::auth::test {
namespace {

using namespace std::chrono_literals;
const failure_limit::time_point start{1000s};

ip_address v4(std::uint8_t last, std::uint8_t third = 0) {
  ip_address out{};
  out[10] = out[11] = 0xff;
  out[12] = 10;
  out[14] = third;
  out[15] = last;
  return out;
}

TEST(FailureLimitTest, AnAddressThatFailedTooOftenWaits) {
  failure_limit f;
  for (int i = 0; i < failure_limit::burst; ++i) {
    ASSERT_TRUE(f.may_try(v4(1), start)) << i;
    f.failed(v4(1), start);
  }
  EXPECT_FALSE(f.may_try(v4(1), start));
  EXPECT_TRUE(f.may_try(v4(2), start)) << "others do not";
  EXPECT_FALSE(f.may_try(v4(1), start + failure_limit::pace - 1ms));
  EXPECT_TRUE(f.may_try(v4(1), start + failure_limit::pace + 1ms));
}

TEST(FailureLimitTest, AnIpv6NetworkIsOneAddress) {
  failure_limit f;
  ip_address a{0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 9};
  ip_address b = a;
  b[15] = 7;
  for (int i = 0; i < failure_limit::burst; ++i) f.failed(a, start);
  EXPECT_FALSE(f.may_try(b, start));
  b[7] = 2;
  EXPECT_TRUE(f.may_try(b, start));
}

TEST(FailureLimitTest, ItNeverHoldsMoreAddressesThanItsBound) {
  failure_limit f;
  for (std::size_t i = 0; i < 2 * failure_limit::addresses_max; ++i) {
    ip_address a{};
    a[0] = 0x20;
    a[6] = static_cast<std::uint8_t>(i >> 8);
    a[7] = static_cast<std::uint8_t>(i);
    f.failed(a, start);
  }
  EXPECT_EQ(f.addresses(), failure_limit::addresses_max);
}

}  // namespace
}  // namespace gateway::auth::test
