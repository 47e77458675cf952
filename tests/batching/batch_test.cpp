#include "batching/batch.h"

#include <gtest/gtest.h>

#include "batching/event.h"
#include "tests/batching/recording_publisher.h"

namespace batching {
namespace {

using testing::make_topic;
using testing::recording_home;

struct BatchTest : ::testing::Test {
  recording_home home;
  std::shared_ptr<topic> orders = make_topic("orders", 0, 12);
  batch b{home, orders, 7};
};

TEST_F(BatchTest, KeepsItsOwnCopyOfKeyValueAndHeaders) {
  std::string key = "order-1", value = "{}", name = "traceparent", text = "00-ab";
  const header h[] = {{name, text}};
  b.append(key, true, value, h, nullptr, 3);
  key = value = name = text = "changed";
  const record& r = b.records()[0];
  EXPECT_EQ(r.key_view(), "order-1");
  EXPECT_EQ(r.value_view(), "{}");
  EXPECT_EQ(r.index, 3U);
  ASSERT_EQ(b.headers_of(r).size(), 1U);
  EXPECT_EQ(b.headers_of(r)[0].name, "traceparent");
  EXPECT_EQ(b.headers_of(r)[0].name.data()[11], '\0');
  EXPECT_EQ(b.headers_of(r)[0].value, "00-ab");
}

TEST_F(BatchTest, TellsAnEmptyKeyFromNoKey) {
  b.append("", true, "v", {}, nullptr, 0);
  b.append("", false, "v", {}, nullptr, 1);
  EXPECT_NE(b.records()[0].key, nullptr);
  EXPECT_EQ(b.records()[1].key, nullptr);
}

TEST_F(BatchTest, CostsItsBytesAndTheOverheadOfEachRecord) {
  b.append("kk", true, "vvv", {}, nullptr, 0);
  b.append("k", true, "vv", {}, nullptr, 1);
  EXPECT_EQ(b.payload_bytes(), 8);
  EXPECT_EQ(b.cost_bytes(), 8 + 2 * batch::record_overhead_bytes);
}

TEST_F(BatchTest, TellsATombstoneFromAnEmptyValue) {
  event e;
  e.key = "k";
  e.has_key = true;
  b.append(e, nullptr, 0);
  e.is_tombstone = true;
  b.append(e, nullptr, 1);
  EXPECT_NE(b.records()[0].value, nullptr);
  EXPECT_EQ(b.records()[1].value, nullptr);
  EXPECT_EQ(b.records()[1].key_view(), "k");
}

TEST_F(BatchTest, CostsItsHeadersAsMuchAsItSaysBefore) {
  const header h[] = {{"a", ""}, {"bb", "ccc"}};
  event e;
  e.value = "v";
  b.append(e, nullptr, 0);
  EXPECT_EQ(b.cost_bytes(), batch::cost_of(e));
  EXPECT_FALSE(b.has_extras());
  const std::int64_t before = b.cost_bytes();
  e.headers = h;
  b.append(e, nullptr, 1);
  EXPECT_EQ(b.cost_bytes() - before, batch::cost_of(e));
  EXPECT_EQ(b.payload_bytes(), 1 + 1 + 6);
  EXPECT_GE(batch::cost_of(e), 2 * batch::header_overhead_bytes);
}

TEST_F(BatchTest, ARecordHasItsOwnTimeOrThatOfItsAdmission) {
  event e;
  e.value = "v";
  b.admit_at(clock::time_point(std::chrono::seconds(1)), 5000);
  b.append(e, nullptr, 0);
  EXPECT_FALSE(b.has_timestamps());
  e.timestamp_ms = 0;
  b.append(e, nullptr, 1);
  b.admit_at(clock::time_point(std::chrono::seconds(2)), 6000);
  e.timestamp_ms = no_timestamp;
  b.append(e, nullptr, 2);
  EXPECT_TRUE(b.has_timestamps());
  EXPECT_EQ(b.timestamp_ms_of(b.records()[0]), 5000);
  EXPECT_EQ(b.timestamp_ms_of(b.records()[1]), 0);
  EXPECT_EQ(b.timestamp_ms_of(b.records()[2]), 6000);
}

TEST_F(BatchTest, JoinsRangesThatContinueEachOther) {
  for (std::uint32_t i = 0; i < 6; ++i) b.append("k", true, "v", {}, nullptr, i);
  b.settle({0, 2, outcome::persisted, reason::none, 100});
  b.settle({2, 2, outcome::persisted, reason::none, 102});
  EXPECT_FALSE(b.is_settled());
  b.settle({4, 2, outcome::persisted, reason::none, 200});
  EXPECT_TRUE(b.is_settled());
  ASSERT_EQ(b.ranges().size(), 2U);
  EXPECT_EQ(b.ranges()[0].count, 4U);
  EXPECT_EQ(b.ranges()[1].offset, 200);
}

TEST_F(BatchTest, FindsARecordsPlaceByItsAddress) {
  for (std::uint32_t i = 0; i < 3; ++i) b.append("k", true, "v", {}, nullptr, i);
  EXPECT_EQ(b.index_of(b.records()[2]), 2U);
  EXPECT_EQ(b.records()[2].in, &b);
}

TEST_F(BatchTest, IsEmptyAndOpenAgainAfterReset) {
  event e;
  const header h[] = {{"a", "b"}};
  e.headers = h;
  e.timestamp_ms = 7;
  b.append(e, nullptr, 0);
  b.settle({0, 1, outcome::persisted, reason::none, 5});
  b.reset(make_topic("other", 1, 1), 0);
  EXPECT_TRUE(b.records().empty());
  EXPECT_TRUE(b.ranges().empty());
  EXPECT_EQ(b.cost_bytes(), 0);
  EXPECT_FALSE(b.has_extras());
  EXPECT_FALSE(b.has_timestamps());
  EXPECT_EQ(b.of().name(), "other");
}

}  // namespace
}  // namespace batching
