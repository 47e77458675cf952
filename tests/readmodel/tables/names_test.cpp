#include "readmodel/tables/names.h"

#include <gtest/gtest.h>

namespace {

using namespace readmodel::tables;

TEST(NamesTest, OnlyWhatStandsInCqlWithoutQuotes) {
  EXPECT_TRUE(is_name("orders_by_customer2"));
  EXPECT_TRUE(is_name(std::string(40, 'a')));
  EXPECT_FALSE(is_name(std::string(41, 'a')));
  for (const char* bad : {"", "2x", "_x", "Orders", "a-b", "a;drop", "a b", "a\"b"}) EXPECT_FALSE(is_name(bad)) << bad;
}

TEST(NamesTest, TablesCarryTheirGeneration) {
  const generation g{"shop", "carts", 12};
  EXPECT_EQ(view_table(g, {"cart_by_id", {}, {}, {}}), "shop.cart_by_id_g12");
  EXPECT_EQ(state_table(g), "shop.carts_state_g12");
}

}  // namespace
