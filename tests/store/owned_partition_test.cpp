#include "store/owned_partition.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace store {
namespace {

// Metrics and answers tell states and reasons apart by these words.
TEST(OwnedPartitionTest, EveryStateAndReasonHasAWordOfItsOwn) {
  std::set<std::string> words;
  for (const ownership_state is :
       {ownership_state::following, ownership_state::taking_over, ownership_state::serving, ownership_state::lost})
    words.emplace(name(is));
  EXPECT_EQ(words.size(), 4U);
  EXPECT_FALSE(words.contains(""));
  words.clear();
  for (std::size_t i = 0; i < ownership_reasons; ++i) words.emplace(code(static_cast<ownership_reason>(i)));
  EXPECT_EQ(words.size(), ownership_reasons);
  EXPECT_FALSE(words.contains(""));
}

}  // namespace
}  // namespace store
