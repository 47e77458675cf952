#include "loadgen/events/aggregates.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "loadgen/units/option.h"

namespace loadgen::events {
namespace {

TEST(AggregatesTest, EveryAggregateBelongsToOneStream) {
  std::set<std::uint32_t> seen;
  for (std::uint32_t stream = 0; stream < 7; ++stream) {
    const aggregate_share share{100, 7, stream};
    for (std::uint32_t local = 0; local < share.local_count(); ++local) {
      EXPECT_TRUE(seen.insert(share.global(local)).second);
    }
  }
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_EQ(*seen.rbegin(), 99U);
}

TEST(AggregatesTest, ZipfPicksInProportion) {
  const aggregate_share share{1000, 1, 0};
  const aggregate_picker picker(share, {1.0});
  random_source random(5);
  std::vector<int> counts(1000, 0);
  constexpr int picks = 1000000;
  for (int i = 0; i < picks; ++i) ++counts[picker.pick(random)];
  double harmonic = 0;
  for (int i = 1; i <= 1000; ++i) harmonic += 1.0 / i;
  for (const int rank : {0, 1, 9, 99, 999}) {
    const double expected = picks / harmonic / (rank + 1);
    EXPECT_NEAR(counts[static_cast<std::size_t>(rank)], expected, 5 * std::sqrt(expected)) << rank;
  }
}

TEST(AggregatesTest, UniformReachesAll) {
  const aggregate_picker picker({64, 1, 0}, {});
  random_source random(5);
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 2000; ++i) seen.insert(picker.pick(random));
  EXPECT_EQ(seen.size(), 64U);
}

TEST(AggregatesTest, WeightsAddUpAndFollowTheSkew) {
  for (const double exponent : {0.0, 0.8, 1.2}) {
    const auto weights = aggregate_picker::weights(1000, 16, {exponent});
    EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1, 1e-9);
    EXPECT_GE(weights[0], weights[15]);
  }
}

TEST(AggregatesTest, SkewIsReadOrRefused) {
  EXPECT_EQ(skew::parse("uniform").exponent, 0);
  EXPECT_EQ(skew::parse("zipf:1.1").exponent, 1.1);
  for (const char* text : {"zipf", "zipf:0", "zipf:x", "pareto"}) EXPECT_THROW(skew::parse(text), units::usage_error);
}

}  // namespace
}  // namespace loadgen::events
