#include "readmodel/fold/aggregate_cache.h"

#include <gtest/gtest.h>

namespace {

using namespace readmodel::fold;

TEST(AggregateCacheTest, TheLongestUnusedGoFirst) {
  aggregate_cache c(2);
  for (const char* id : {"a", "b", "c"}) c.put(id, {});
  EXPECT_NE(c.find("a"), nullptr);
  EXPECT_EQ(c.size(), 3U);  // until trim(): a batch may need more than the cache keeps
  c.trim();
  EXPECT_EQ(c.size(), 2U);
  EXPECT_NE(c.find("a"), nullptr);
  EXPECT_EQ(c.find("b"), nullptr);
}

TEST(AggregateCacheTest, PutReplaces) {
  aggregate_cache c(2);
  c.put("a", {nullptr, 1, no_offset, {}});
  c.put("a", {nullptr, 2, no_offset, {}});
  EXPECT_EQ(c.size(), 1U);
  EXPECT_EQ(c.find("a")->folded_at, 2);
}

}  // namespace
