#include "examples/shop/projections.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "readmodel/fold/folder.h"

namespace {

using namespace readmodel::fold;

// The rows that a projection shows after these events of one aggregate.
std::vector<row> rows_after(const projection& how, const std::vector<std::string>& events, std::size_t poisons = 0) {
  aggregate_cache cache(10);
  std::vector<record> batch;
  for (std::size_t i = 0; i < events.size(); ++i) {
    record r;
    r.key = "id-1";
    r.value = events[i];
    r.has_key = r.has_value = true;
    r.offset = static_cast<std::int64_t>(i);
    batch.push_back(r);
  }
  EXPECT_EQ(folder(how).fold(batch, cache).poisons.size(), poisons);
  const auto back = how.load(how.save(*cache.find("id-1")->state));
  EXPECT_NE(back, nullptr);
  return how.rows(*back, "id-1");
}

TEST(ShopProjectionsTest, OldAndNewItemsAddUpAndARemovedOneIsTakenOut) {
  const auto rows = rows_after(*shop::make_carts(),
                               {
                                   R"({"eventType":"ItemAddedToCart","sku":"tea"})",
                                   R"({"eventType":"ItemAddedToCart","eventVersion":2,"sku":"tea","quantity":3})",
                                   R"({"eventType":"ItemAddedToCart","eventVersion":2,"sku":"cup","quantity":1})",
                                   R"({"eventType":"ItemRemovedFromCart","sku":"cup"})",
                                   R"({"eventType":"CartCheckedOut"})",
                               });
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_TRUE(rows[0].removed);  // cup
  EXPECT_EQ(rows[0].key, (std::vector<cell>{"id-1", "cup"}));
  EXPECT_FALSE(rows[1].removed);
  EXPECT_EQ(hash_of(rows[1]), hash_of(row{0, {"id-1", "tea"}, {std::int64_t{4}}, false}));
}

TEST(ShopProjectionsTest, ARemovalOfWhatWasNeverThereIsPoison) {
  EXPECT_TRUE(rows_after(*shop::make_carts(), {R"({"eventType":"ItemRemovedFromCart","sku":"cup"})"}, 1).empty());
}

TEST(ShopProjectionsTest, AnOrderIsOneRowOfItsCustomer) {
  const auto rows =
      rows_after(*shop::make_orders(), {R"({"eventType":"OrderPlaced","customer":"ada l","items":2,"totalCents":900})",
                                        R"({"eventType":"OrderShipped"})"});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(hash_of(rows[0]),
            hash_of(row{0, {"ada l", "id-1"}, {"shipped", std::int64_t{2}, std::int64_t{900}}, false}));
}

}  // namespace
