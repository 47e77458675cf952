#include "batching/arena.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace batching {
namespace {

TEST(ArenaTest, CopiesStayWhereTheyAreWhileItGrows) {
  arena a;
  std::vector<std::string_view> views;
  for (int i = 0; i < 10'000; ++i) views.push_back(a.copy(std::to_string(i)));
  for (int i = 0; i < 10'000; ++i) EXPECT_EQ(views[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST(ArenaTest, PutsTwoTextsSideBySide) {
  arena a;
  const auto both = a.copy("key", "value");
  EXPECT_EQ(both, "keyvalue");
}

TEST(ArenaTest, GivesAnOversizedTextItsOwnChunkAndForgetsItOnClear) {
  arena a;
  const std::string big(arena::chunk_bytes_largest + 1, 'x');
  EXPECT_EQ(a.copy("small"), "small");
  EXPECT_EQ(a.copy(big), big);
  EXPECT_GE(a.reserved_bytes(), big.size());
  a.clear();
  EXPECT_LE(a.reserved_bytes(), arena::chunk_bytes_largest);
  EXPECT_EQ(a.copy("again"), "again");
}

TEST(ArenaTest, ReusesItsMemoryAfterClear) {
  arena a;
  for (int i = 0; i < 1000; ++i) static_cast<void>(a.copy(std::string(100, 'x')));
  a.clear();
  const auto reserved = a.reserved_bytes();
  for (int i = 0; i < 300; ++i) static_cast<void>(a.copy(std::string(100, 'y')));
  EXPECT_EQ(a.reserved_bytes(), reserved);
}

TEST(ArenaTest, AnEmptyTextHasAnAddressAlsoWhereNothingWasCopiedYet) {
  arena a;
  EXPECT_NE(a.copy("").data(), nullptr);
  a.copy(std::string(arena::chunk_bytes_largest + 1, 'x'));
  a.clear();
  EXPECT_NE(a.copy("").data(), nullptr);
}

}  // namespace
}  // namespace batching
