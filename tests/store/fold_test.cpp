#include "store/fold.h"

#include <gtest/gtest.h>

#include "store/append.h"
#include "tests/store/fake_index.h"

namespace store {
namespace {

using batching::header;
using testing::fake_index;

struct FoldTest : ::testing::Test {
  void add(std::int64_t offset, std::string_view key, std::string_view value, std::vector<header> headers = {}) {
    log_record r;
    r.offset = offset;
    r.timestamp_ms = 1000 + offset;
    r.has_key = r.has_value = true;
    r.key = key;
    r.value = value;
    r.headers = headers;
    ASSERT_TRUE(folding.add(r));
  }

  fake_index index;
  std::vector<std::string> alarms;
  fold folding{
      index, [this](const version_mismatch& m) {
        alarms.push_back(std::string(m.aggregate) + ":" + std::to_string(m.counted) + "!=" + std::string(m.said));
      }};
};

TEST_F(FoldTest, CountsEachAggregatesEvents) {
  add(0, "a", "1");
  add(1, "b", "2");
  add(2, "a", "3");
  ASSERT_TRUE(folding.flush({3, "note"}));
  EXPECT_EQ(index.heads.at("a").version, 2U);
  EXPECT_EQ(index.events.at("a")[1].value, "3");
  EXPECT_EQ(index.events.at("a")[1].offset, 2);
  EXPECT_EQ(index.events.at("a")[1].timestamp_ms, 1002);
  EXPECT_EQ(index.at.next_offset, 3);
  EXPECT_EQ(index.at.note, "note");
  EXPECT_EQ(folding.folded(), 3U);
}

TEST_F(FoldTest, GoesOnWhereTheIndexEnds) {
  index.put("a", {"x", "y"});
  add(1, "a", "old");
  add(2, "a", "new");
  ASSERT_TRUE(folding.flush({3, {}}));
  EXPECT_EQ(index.heads.at("a").version, 3U);
  EXPECT_EQ(index.events.at("a")[2].value, "new");
}

TEST_F(FoldTest, KeepsEventIdsFromTheHeader) {
  add(0, "a", "1", {{version_header, "1"}, {event_id_header, "e-1"}});
  ASSERT_TRUE(folding.flush({1, {}}));
  EXPECT_EQ(index.events.at("a")[0].id, "e-1");
  EXPECT_EQ(index.heads.at("a").hash_of(1), id_hash("e-1"));
  EXPECT_TRUE(alarms.empty());
}

TEST_F(FoldTest, AlarmsWhereTheHeaderSaysAnotherVersionAndCountsOn) {
  add(0, "a", "1", {{version_header, "1"}});
  add(1, "a", "2", {{version_header, "7"}});
  add(2, "a", "3", {{version_header, "3x"}});
  add(3, "a", "4", {{version_header, "4"}});
  EXPECT_EQ(alarms, (std::vector<std::string>{"a:2!=7", "a:3!=3x"}));
  EXPECT_EQ(folding.mismatches(), 2U);
}

TEST_F(FoldTest, PassesOverRecordsWithoutKey) {
  log_record r;
  r.offset = 0;
  r.value = "1";
  ASSERT_TRUE(folding.add(r));
  ASSERT_TRUE(folding.flush({1, {}}));
  EXPECT_TRUE(index.events.empty());
  EXPECT_EQ(index.at.next_offset, 1);
}

TEST_F(FoldTest, WritesByItselfBeforeItHoldsMuch) {
  index.at.note = "kept";
  const std::string big(fold::pending_bytes_max / 4, 'x');
  for (std::int64_t i = 0; i < 4; ++i) add(i, "a", big);
  EXPECT_GE(index.at.next_offset, 4);
  EXPECT_EQ(index.at.note, "kept");
}

TEST_F(FoldTest, SaysThatTheIndexCannotBeWritten) {
  add(0, "a", "1");
  index.broken = "full";
  EXPECT_EQ(folding.flush({1, {}}).error(), "full");
}

}  // namespace
}  // namespace store
