#include "batching/kafka/producer/order_fence.h"

#include <gtest/gtest.h>

#include <string>

namespace batching::kafka::producer {
namespace {

record keyed(std::string_view key) {
  record r;
  r.key = key.data();
  r.key_bytes = static_cast<std::uint32_t>(key.size());
  return r;
}

constexpr clock::time_point early{std::chrono::seconds(1)};
constexpr clock::time_point late{std::chrono::seconds(2)};

TEST(OrderFenceTest, StopsItsKeysUntilTheAnswerHasLeft) {
  order_fence fence(1, reason::earlier_record_failed);
  EXPECT_TRUE(fence.empty());
  EXPECT_TRUE(fence.stop("a"));
  EXPECT_FALSE(fence.stop("a"));
  EXPECT_TRUE(fence.stops(keyed("a"), late));
  EXPECT_FALSE(fence.stops(keyed("b"), early));
  EXPECT_FALSE(fence.stops(record{}, early)) << "no key, no aggregate";
  fence.answered(early);
  EXPECT_TRUE(fence.stops(keyed("a"), early));
  EXPECT_FALSE(fence.stops(keyed("a"), late));
}

TEST(OrderFenceTest, AnEmptyKeyIsAKey) {
  order_fence fence(1, reason::earlier_record_failed);
  fence.stop("");
  EXPECT_TRUE(fence.stops(keyed(""), early));
}

TEST(OrderFenceTest, BeyondItsBoundItStopsEveryKey) {
  order_fence fence(1, reason::earlier_record_failed);
  fence.stop(std::string(order_fence::key_bytes_max, 'k'));
  EXPECT_FALSE(fence.stops(keyed("a"), early));
  fence.stop("b");
  EXPECT_TRUE(fence.stops(keyed("a"), early));
  order_fence newer(2, reason::earlier_record_failed);
  newer.absorb(fence);
  EXPECT_TRUE(newer.stops(keyed("c"), early));
}

}  // namespace
}  // namespace batching::kafka::producer
