#include "batching/kafka/producer/partition_owners.h"

#include <gtest/gtest.h>

#include <set>

namespace batching::kafka::producer {
namespace {

TEST(PartitionOwnersTest, PartitionsOfATopicAreSpreadEvenly) {
  for (const std::size_t lanes : {1, 2, 4, 16}) {
    std::vector<int> owned(lanes);
    for (std::int32_t p = 0; p < 64; ++p) ++owned[partition_owners::owner_of(3, p, lanes)];
    for (const int each : owned) EXPECT_EQ(each, static_cast<int>(64 / lanes));
  }
}

// Ten topics of one partition each.
TEST(PartitionOwnersTest, SmallTopicsAreSpreadToo) {
  std::set<std::size_t> owners;
  for (std::uint32_t t = 0; t < 10; ++t) owners.insert(partition_owners::owner_of(t, 0, 4));
  EXPECT_EQ(owners.size(), 4U);
}

}  // namespace
}  // namespace batching::kafka::producer
