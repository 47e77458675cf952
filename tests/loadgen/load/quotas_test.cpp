#include "loadgen/load/quotas.h"

#include <gtest/gtest.h>

#include <numeric>

#include "loadgen/events/aggregates.h"

namespace loadgen::load {
namespace {

TEST(ShareOutTest, SharesAreExact) {
  for (const std::uint64_t events : {1ULL, 7ULL, 1000ULL, 999999ULL}) {
    const auto shares = share_out(events, events::aggregate_picker::weights(1000, 16, {1.0}));
    EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), std::uint64_t{0}), events);
  }
}

}  // namespace
}  // namespace loadgen::load
