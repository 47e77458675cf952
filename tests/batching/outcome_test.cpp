#include "batching/outcome.h"

#include <gtest/gtest.h>

#include <set>

namespace batching {
namespace {

TEST(OutcomeTest, EveryOutcomeHasItsOwnName) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < outcomes; ++i) names.insert(name(static_cast<outcome>(i)));
  EXPECT_EQ(names.size(), outcomes);
  EXPECT_FALSE(names.contains(""));
}

TEST(OutcomeTest, EveryReasonHasItsOwnCode) {
  std::set<std::string_view> codes;
  for (std::size_t i = 0; i < reasons; ++i) codes.insert(code(static_cast<reason>(i)));
  EXPECT_EQ(codes.size(), reasons);
  EXPECT_FALSE(codes.contains(""));
  EXPECT_EQ(code(reason::abandoned), "abandoned");
}

}  // namespace
}  // namespace batching
