#include "batching/stream/ticket_keys.h"

#include <gtest/gtest.h>

namespace batching::stream {
namespace {

constexpr ticket_keys::time_point start{std::chrono::hours(24 * 365 * 50)};
constexpr auto turn = ticket_keys::rotate_every;

std::string_view name_of(const ticket_keys::key& k) {
  return {reinterpret_cast<const char*>(k.name.data()), k.name.size()};
}

TEST(TicketKeysTest, AKeyStaysForItsTimeAndThenChanges) {
  ticket_keys keys;
  const auto first = keys.to_seal(start);
  EXPECT_EQ(keys.to_seal(start + turn - std::chrono::seconds(1)).name, first.name);
  const auto second = keys.to_seal(start + turn);
  EXPECT_NE(second.name, first.name);
  EXPECT_NE(second.cipher, first.cipher);
  EXPECT_NE(second.mac, first.mac);
}

TEST(TicketKeysTest, ATicketIsOpenedForOneRotationMoreAndIsRenewedThen) {
  ticket_keys keys;
  const auto first = keys.to_seal(start);
  ASSERT_TRUE(keys.to_open(name_of(first), start));
  EXPECT_FALSE(keys.to_open(name_of(first), start)->renews);
  const auto later = keys.to_open(name_of(first), start + turn);
  ASSERT_TRUE(later);
  EXPECT_TRUE(later->renews);
  EXPECT_EQ(later->with.cipher, first.cipher);
  EXPECT_FALSE(keys.to_open(name_of(first), start + 2 * turn));
}

TEST(TicketKeysTest, NobodyElsesTicketIsOpened) {
  ticket_keys ours;
  ticket_keys other;
  const auto foreign = other.to_seal(start);
  EXPECT_FALSE(ours.to_open(name_of(foreign), start));
  EXPECT_FALSE(ours.to_open("short", start));
}

TEST(TicketKeysTest, InstancesWithOneSecretHaveTheSameKeys) {
  const std::string secret(32, 's');
  ticket_keys one(secret);
  ticket_keys two(secret);
  ticket_keys stranger(std::string(32, 't'));
  const auto sealed = one.to_seal(start);
  EXPECT_EQ(two.to_seal(start).cipher, sealed.cipher);
  EXPECT_NE(stranger.to_seal(start).cipher, sealed.cipher);
  // A clock that is behind opens what one ahead has sealed.
  const auto ahead = one.to_seal(start + turn);
  EXPECT_TRUE(two.to_open(name_of(ahead), start));
}

}  // namespace
}  // namespace batching::stream
