#include "readmodel/fold/view.h"

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace readmodel::fold;

TEST(ViewTest, RowsThatDifferInAnythingHaveOtherHashes) {
  const std::vector<row> all{
      {0, {"a"}, {"b"}, false},
      {1, {"a"}, {"b"}, false},
      {0, {"ab"}, {""}, false},
      {0, {"a"}, {std::nullopt}, false},
      {0, {"a"}, {std::int64_t{1}}, false},
      {0, {"a"}, {true}, false},
      {0, {"a"}, {}, false},
      {0, {"a"}, {"b", std::nullopt}, false},
  };
  std::set<std::uint64_t> hashes;
  for (const row& r : all) hashes.insert(hash_of(r));
  EXPECT_EQ(hashes.size(), all.size());
}

TEST(ViewTest, HashesAreTheSameOnEveryMachine) {
  EXPECT_EQ(hash_of(std::string_view("cart-7")), hash_of(std::string("cart-7")));
  EXPECT_EQ(hash_of(std::string_view("")), 0xf52a15e9a9b5e89bULL);
}

}  // namespace
