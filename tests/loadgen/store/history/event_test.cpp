#include "loadgen/store/history/event.h"

#include <gtest/gtest.h>

namespace loadgen::store::history {
namespace {

constexpr const char* run = "5f0c2a91";

TEST(StoreEventTest, IdsAreReadAsTheyAreWritten) {
  const event_name name{3, 42, 7};
  EXPECT_EQ(id_text(run, name), "5f0c2a91-0003-0000002a-0007");
  EXPECT_EQ(name_in("5f0c2a91-0003-0000002a-0007", run), name);
}

TEST(StoreEventTest, IdsOfOthersAreNot) {
  for (const char* other :
       {"", "5f0c2a92-0003-0000002a-0007", "5f0c2a91-0003-0000002a-000", "5f0c2a91-0003-0000002a-00070",
        "5f0c2a91-000g-0000002a-0007", "5f0c2a91 0003-0000002a-0007"}) {
    EXPECT_FALSE(name_in(other, run)) << other;
  }
}

TEST(StoreEventTest, AggregatesAreReadAsTheyAreWritten) {
  EXPECT_EQ(aggregate_text(run, 42), "5f0c2a91-cart-000002a");
  EXPECT_EQ(aggregate_in("5f0c2a91-cart-000002a", run), 42U);
  EXPECT_FALSE(aggregate_in("5f0c2a91-cart-000002a1", run));
  EXPECT_FALSE(aggregate_in("cart-1", run));
}

TEST(StoreEventTest, AnEventHasItsSizeAndFollowsFromItsName) {
  const std::string event = event_text(run, {3, 42, 7}, 5, 200);
  EXPECT_EQ(event.size(), 200U);
  EXPECT_EQ(event_text(run, {1, 1, 1}, 5, event_bytes_min).size(), event_bytes_min);
  EXPECT_EQ(event, event_text(run, {3, 42, 7}, 5, 200));
  EXPECT_NE(event, event_text(run, {3, 42, 8}, 5, 200));
  EXPECT_NE(event, event_text(run, {3, 42, 7}, 6, 200));
  EXPECT_TRUE(event.starts_with(R"({"eventId":"5f0c2a91-0003-0000002a-0007",)"));
}

TEST(StoreEventTest, ADigestHasNameVersionAndOffset) {
  const auto one = digest({3, 42, 7}, 5, 100);
  EXPECT_EQ(one, digest({3, 42, 7}, 5, 100));
  EXPECT_NE(one, digest({3, 42, 8}, 5, 100));
  EXPECT_NE(one, digest({3, 42, 7}, 6, 100));
  EXPECT_NE(one, digest({3, 42, 7}, 5, 101));
}

}  // namespace
}  // namespace loadgen::store::history
