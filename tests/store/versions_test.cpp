#include "store/versions.h"

#include <gtest/gtest.h>

#include "tests/store/fake_index.h"

namespace store {
namespace {

using testing::fake_index;

TEST(VersionsTest, BeginsWithWhatTheIndexHas) {
  fake_index index;
  index.put("cart-7", {"a", "b"});
  versions all(index);
  EXPECT_EQ((*all.of("cart-7"))->now().version, 2U);
  EXPECT_EQ((*all.of("cart-8"))->now().version, 0U);
}

TEST(VersionsTest, AssignedVersionsFallBackTogether) {
  fake_index index;
  index.put("a", {"1"});
  versions all(index);
  EXPECT_EQ(all.assign(**all.of("a"), "2"), 2U);
  EXPECT_EQ(all.assign(**all.of("b"), "3"), 1U);
  EXPECT_EQ((*all.of("a"))->now().version, 2U);
  all.fall_back();
  EXPECT_EQ((*all.of("a"))->now().version, 1U);
  EXPECT_EQ((*all.of("b"))->now().version, 0U);
}

TEST(VersionsTest, ConfirmedVersionsStayWithoutAskingTheIndexAgain) {
  fake_index index;
  versions all(index);
  all.assign(**all.of("a"), "1");
  all.confirm();
  all.fall_back();
  EXPECT_EQ((*all.of("a"))->now().version, 1U);
  EXPECT_EQ(index.heads_asked, 1);
}

TEST(VersionsTest, KeepsABoundedNumberBesideTheIndex) {
  fake_index index;
  versions all(index);
  for (std::size_t i = 0; i <= versions::kept_max; ++i) all.assign(**all.of("a" + std::to_string(i)), {});
  EXPECT_EQ(all.kept(), versions::kept_max + 1);
  all.confirm();
  EXPECT_EQ(all.kept(), 0U);
}

TEST(VersionsTest, SaysThatTheIndexCannotBeRead) {
  fake_index index;
  index.broken = "disk on fire";
  versions all(index);
  EXPECT_EQ(all.of("a").error(), "disk on fire");
}

}  // namespace
}  // namespace store
