#include "readmodel/fold/folder.h"

#include <gtest/gtest.h>

#include "counting.h"

namespace {

using namespace fold_tests;
using pairs = std::vector<std::pair<std::string, std::string>>;

struct FolderTest : ::testing::Test {
  std::unique_ptr<projection_of<account>> how = make_counting();
  aggregate_cache cache{100};

  folded_batch fold(const std::vector<record>& batch, bool skips_repeats = true) {
    return folder(*how, skips_repeats).fold(batch, cache);
  }
  std::string state(const char* id) { return how->save(*cache.find(id)->state); }
};

TEST_F(FolderTest, ManyEventsOfAnAggregateAreOneChange) {
  const pairs events{{"a", paid(1)}, {"b", paid(10)}, {"a", paid(2)}, {"a", paid(4)}};
  const auto done = fold(records_of(events));
  ASSERT_EQ(done.aggregates.size(), 2U);
  EXPECT_EQ(done.aggregates[0].id, "a");
  EXPECT_EQ(state("a"), "7 3");
  EXPECT_EQ(state("b"), "10 1");
  EXPECT_EQ(done.aggregates[0].now->folded_at, 3);
  EXPECT_EQ(done.counts.folded, 4U);
}

TEST_F(FolderTest, WhatWasFoldedIsNotFoldedAgain) {
  const pairs events{{"a", paid(1)}, {"a", paid(2)}};
  static_cast<void>(fold(records_of(events)));
  const auto again = fold(records_of(events));
  EXPECT_TRUE(again.aggregates.empty());
  EXPECT_EQ(again.counts.repeated, 2U);
  EXPECT_EQ(state("a"), "3 2");
  static_cast<void>(fold(records_of(events), false));  // the control
  EXPECT_EQ(state("a"), "6 4");
}

TEST_F(FolderTest, AnOlderVersionIsCastUp) {
  const pairs events{{"a", R"({"eventType":"Paid","cents":"12"})"}, {"a", paid(3)}};
  static_cast<void>(fold(records_of(events)));
  EXPECT_EQ(state("a"), "15 2");
}

TEST_F(FolderTest, AVersionOfTheFutureIsPoison) {
  const pairs events{{"a", R"({"eventType":"Paid","eventVersion":3,"cents":1})"}};
  const auto records = records_of(events);
  const auto done = fold(records);
  ASSERT_EQ(done.poisons.size(), 1U);
  EXPECT_EQ(done.poisons[0].why, "Paid: version 3 is unknown to this projection");
}

TEST_F(FolderTest, ATypeWithoutAFoldIsIgnored) {
  const pairs events{{"a", R"({"eventType":"Seen"})"}};
  const auto done = fold(records_of(events));
  EXPECT_TRUE(done.aggregates.empty());
  EXPECT_TRUE(done.poisons.empty());
  EXPECT_EQ(done.counts.ignored, 1U);
}

TEST_F(FolderTest, AFenceStopsItsAggregateOnlyAndKeepsTheLastSoundState) {
  const pairs events{{"a", paid(1)}, {"a", paid(-1)}, {"a", paid(4)}, {"b", paid(8)}};
  const auto records = records_of(events);
  const auto done = fold(records);
  ASSERT_EQ(done.poisons.size(), 1U);
  EXPECT_EQ(done.poisons[0].which->offset, 1);
  EXPECT_EQ(done.poisons[0].why, "Paid: negative");
  EXPECT_EQ(state("a"), "1 1");  // without the half of the fold that was done
  EXPECT_TRUE(cache.find("a")->is_fenced());
  EXPECT_EQ(cache.find("a")->fenced_at, 1);
  EXPECT_EQ(done.counts.fenced, 1U);
  EXPECT_EQ(state("b"), "8 1");
}

TEST_F(FolderTest, ASkipLeavesOutTheOneEvent) {
  how->on_poison = poison_rule::skip;
  const pairs events{{"a", paid(1)}, {"a", paid(-1)}, {"a", paid(4)}, {"a", "{broken"}, {"a", paid(16)}};
  const auto done = fold(records_of(events));
  EXPECT_EQ(done.poisons.size(), 2U);
  EXPECT_EQ(state("a"), "21 3");
  EXPECT_EQ(done.aggregates.at(0).now->folded_at, 4);
}

TEST_F(FolderTest, AMemberThatIsMissingIsPoisonNotACrash) {
  const pairs events{{"a", R"({"eventType":"Paid","eventVersion":2})"}};
  const auto records = records_of(events);
  const auto done = fold(records);
  ASSERT_EQ(done.poisons.size(), 1U);
  EXPECT_NE(done.poisons[0].why.find("Paid: "), std::string::npos);
}

TEST_F(FolderTest, AnEventWithoutAKeyIsPoisonAndFencesNobody) {
  const std::string body = paid(1);
  record r;
  r.value = body;
  r.has_value = true;
  const auto done = fold({r});
  EXPECT_EQ(done.poisons.size(), 1U);
  EXPECT_EQ(cache.size(), 0U);
}

TEST_F(FolderTest, AsksForWhatItDoesNotKnowOnce) {
  const std::string body = paid(1);
  pairs events{{"a", body}, {"b", body}, {"a", body}, {"new", body}};
  auto batch = records_of(events);
  batch[3].aggregate_version = 1;
  static_cast<void>(fold(records_of(pairs{{"b", body}})));
  EXPECT_EQ(folder::unknown(batch, cache), std::vector<std::string>{"a"});
}

}  // namespace
