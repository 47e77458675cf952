#include "readmodel/tables/statements.h"

#include <gtest/gtest.h>

#include "../fold/counting.h"
#include "readmodel/cql/values.h"

namespace {

using namespace readmodel;
using namespace readmodel::tables;
using cql::bigint;
using cql::blob;
using cql::text;

struct StatementsTest : ::testing::Test {
  std::unique_ptr<fold_tests::projection_of<fold_tests::account>> how = fold_tests::make_counting();
  statements s{{"shop", "accounts", 7}, *how, cql::consistency::quorum};
};

TEST_F(StatementsTest, EveryChangingWriteHasTheOffsetAsItsTime) {
  const auto row = s.write_row({0, {"k"}, {std::int64_t{5}}, false}, "agg", 41);
  EXPECT_EQ(row.text,
            "insert into shop.accounts_g7 (aggregate, folded_at, id, paid) values (?, ?, ?, ?) using timestamp ?");
  EXPECT_EQ(row.values, (std::vector<cql::value>{blob("agg"), bigint(41), text("k"), bigint(5), bigint(42)}));
  EXPECT_EQ(row.options.level, cql::consistency::quorum);

  const auto gone = s.write_row({0, {"k"}, {}, true}, "agg", 41);
  EXPECT_EQ(gone.text, "delete from shop.accounts_g7 using timestamp ? where id = ?");
  EXPECT_EQ(gone.values, (std::vector<cql::value>{bigint(42), text("k")}));

  const auto position = s.write_position(3, 42);
  EXPECT_NE(position.text.find("using timestamp ?"), std::string::npos);
  EXPECT_EQ(position.values.back(), bigint(43));
}

TEST_F(StatementsTest, AStateGoesThereAndBack) {
  fold::aggregate a{how->load("9 2"), 17, fold::no_offset, {}};
  const auto write = s.write_state("agg", a);
  EXPECT_EQ(write.values,
            (std::vector<cql::value>{blob("agg"), bigint(17), blob("9 2"), std::nullopt, std::nullopt, bigint(18)}));
  const auto back =
      to_aggregate({write.values[0], write.values[1], write.values[2], write.values[3], write.values[4]}, *how);
  EXPECT_EQ(how->save(*back.state), "9 2");
  EXPECT_EQ(back.folded_at, 17);
  EXPECT_FALSE(back.is_fenced());
}

TEST_F(StatementsTest, AFenceIsNewerThanTheStateItKeeps) {
  const auto write = s.write_state("agg", {how->load("9 2"), 17, 20, "why"});
  EXPECT_EQ(write.values[1], bigint(17));
  EXPECT_EQ(write.values[3], bigint(20));
  EXPECT_EQ(write.values[4], text("why"));
  EXPECT_EQ(write.values[5], bigint(21));
}

TEST_F(StatementsTest, BytesThatAreNoStateBeginAnew) {
  const auto a = to_aggregate({blob("agg"), bigint(17), blob("nonsense"), std::nullopt, std::nullopt}, *how);
  EXPECT_EQ(a.folded_at, fold::no_offset);
  EXPECT_EQ(how->save(*a.state), "0 0");
}

TEST_F(StatementsTest, TablesHaveTheirKeysAndCarryTheirGeneration) {
  const auto all = s.create();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_TRUE(all[1].text.starts_with("create table if not exists shop.accounts_state_g7 (aggregate blob primary key"));
  EXPECT_TRUE(
      all[2].text.starts_with("create table if not exists shop.accounts_g7 (aggregate blob, folded_at bigint, id text, "
                              "paid bigint, primary key ((id)))"))
      << all[2].text;
  fold_tests::projection_of<fold_tests::account> two;
  two.name = "x";
  two.views = {
      {"v", {{"a", fold::column_type::text}, {"b", fold::column_type::blob}}, {{"c", fold::column_type::boolean}}, {}}};
  EXPECT_NE(statements({"k", "x", 1}, two, cql::consistency::one)
                .create()[2]
                .text.find("a text, b blob, c boolean, primary key ((a, b), c))"),
            std::string::npos);
}

TEST_F(StatementsTest, ARowComesBackWithItsTypes) {
  const fold::row r = to_row({blob("agg"), bigint(1), text("k"), bigint(5)}, *how, 0);
  EXPECT_EQ(hash_of(r), hash_of(fold::row{0, {"k"}, {std::int64_t{5}}, false}));
}

}  // namespace
