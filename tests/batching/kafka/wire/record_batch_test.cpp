// The contents of a record batch, read by a second reading (request_reader) that shares no code with the writer.
#include "batching/kafka/wire/record_batch.h"

#include <gtest/gtest.h>
#include <lz4frame.h>
#include <zstd.h>

#include "batching/event.h"
#include "tests/batching/kafka/producer/request_reader.h"
#include "tests/batching/recording_publisher.h"
#include "tests/support/noise.h"

namespace tests::direct {
namespace {

using batching::kafka::wire::codec;

struct RecordBatchTest : ::testing::Test {
  std::unique_ptr<batching::batch> make() { return std::make_unique<batching::batch>(home, topic, 0); }

  std::string_view write(std::span<const batching::kafka::wire::record_range> ranges,
                         batching::kafka::wire::compression how = {}) {
    to.clear();
    batching::kafka::wire::write_record_batch(ranges, {{7, 3}, 42}, how, compressor, scratch, to);
    return to.view();
  }
  static batching::kafka::wire::record_range all_of(batching::batch& b) {
    return {&b, 0, static_cast<std::uint32_t>(b.records().size())};
  }

  batching::testing::recording_home home;
  std::shared_ptr<batching::topic> topic = batching::testing::make_topic("t", 0, 1);
  batching::kafka::wire::compressor compressor;
  batching::kafka::wire::buffer scratch, to;
};

TEST_F(RecordBatchTest, KeepsKeysValuesAndHeadersByteByByte) {
  auto b = make();
  b->admit_at({}, 1'700'000'000'123);
  const batching::header headers[] = {{"traceparent", "00-abc"}, {"empty", ""}};
  const std::string binary("\0\xff\n", 3);
  b->append("key", true, binary, headers, nullptr, 0);
  b->append("", true, "an empty key", {}, nullptr, 1);
  b->append("", false, "no key", {}, nullptr, 2);
  const batching::kafka::wire::record_range ranges[] = {all_of(*b)};
  const read_batch read = read_record_batch(write(ranges));
  EXPECT_EQ(read.producer_id, 7);
  EXPECT_EQ(read.producer_epoch, 3);
  EXPECT_EQ(read.base_sequence, 42);
  EXPECT_EQ(read.timestamp_ms, 1'700'000'000'123);
  ASSERT_EQ(read.records.size(), 3U);
  EXPECT_EQ(read.records[0].key, "key");
  EXPECT_EQ(read.records[0].value, binary);
  ASSERT_EQ(read.records[0].headers.size(), 2U);
  EXPECT_EQ(read.records[0].headers[0], (std::pair<std::string, std::string>("traceparent", "00-abc")));
  EXPECT_EQ(read.records[0].headers[1].second, "");
  EXPECT_EQ(read.records[1].key, "");
  EXPECT_EQ(read.records[2].key, std::nullopt);
}

// Lengths on both sides of where a varint grows.
TEST_F(RecordBatchTest, EveryLengthIsWrittenRight) {
  for (const std::size_t bytes : {1, 50, 63, 64, 65, 8191, 8192, 8193, 1'048'575, 1'048'576, 3'000'000}) {
    auto b = make();
    b->append(std::string(bytes / 7, 'k'), true, std::string(bytes, 'v'), {}, nullptr, 0);
    const batching::kafka::wire::record_range ranges[] = {all_of(*b)};
    const read_batch read = read_record_batch(write(ranges));
    EXPECT_EQ(read.records.at(0).value.size(), bytes);
    EXPECT_EQ(read.records.at(0).key.value().size(), bytes / 7);
  }
}

// Admitted in three cycles; the clock was put back by a second in between, and forward by a month.
TEST_F(RecordBatchTest, EachRecordHasTheTimeOfItsAdmission) {
  constexpr std::int64_t month_ms = 30LL * 24 * 3600 * 1000;
  auto a = make();
  const batching::clock::time_point start{std::chrono::seconds(1)};
  a->admit_at(start, 5000);
  for (std::uint32_t i = 0; i < 3; ++i) a->append("k", true, "a", {}, nullptr, i);
  a->admit_at(start + std::chrono::seconds(1), 4000);
  a->append("k", true, "a", {}, nullptr, 3);
  auto b = make();
  b->admit_at(start, 4000 + month_ms);
  b->append("k", true, "b", {}, nullptr, 0);
  const batching::kafka::wire::record_range ranges[] = {{a.get(), 1, 3}, all_of(*b)};
  const read_batch read = read_record_batch(write(ranges));
  ASSERT_EQ(read.records.size(), 4U);
  EXPECT_EQ(read.records[0].timestamp_ms, 5000);
  EXPECT_EQ(read.records[1].timestamp_ms, 5000);
  EXPECT_EQ(read.records[2].timestamp_ms, 4000);
  EXPECT_EQ(read.records[3].timestamp_ms, 4000 + month_ms);
  EXPECT_EQ(read.max_timestamp_ms, 4000 + month_ms);
}

TEST_F(RecordBatchTest, NullAndEmptyStayDifferent) {
  auto b = make();
  const batching::header headers[] = {{"null", {}, true}, {"empty", ""}, {"null", "", true}};
  batching::event e;
  e.headers = headers;
  b->append(e, nullptr, 0);
  e.is_tombstone = e.has_key = true;
  b->append(e, nullptr, 1);
  const batching::kafka::wire::record_range ranges[] = {all_of(*b)};
  const read_batch read = read_record_batch(write(ranges));
  ASSERT_EQ(read.records.size(), 2U);
  EXPECT_FALSE(read.records[0].is_tombstone);
  EXPECT_EQ(read.records[0].key, std::nullopt);
  EXPECT_TRUE(read.records[1].is_tombstone);
  EXPECT_EQ(read.records[1].key, "");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"null", "(null)"}, {"empty", ""}, {"null", "(null)"}};
  EXPECT_EQ(read.records[0].headers, expected);
  EXPECT_EQ(read.records[1].headers, expected);
}

// Years before and after their neighbours, which have the time of their admissions.
TEST_F(RecordBatchTest, ATimestampOfItsOwnChangesNoNeighbours) {
  auto b = make();
  const batching::clock::time_point start{std::chrono::seconds(1)};
  const std::int64_t times[] = {0, batching::no_timestamp, 253'402'300'799'999, batching::no_timestamp};
  batching::event e;
  b->admit_at(start, 1'700'000'000'000);
  for (std::uint32_t i = 0; i < 4; ++i) {
    if (i == 3) b->admit_at(start + std::chrono::seconds(1), 1'700'000'001'000);
    e.timestamp_ms = times[i];
    b->append(e, nullptr, i);
  }
  for (const std::uint32_t first : {0U, 1U}) {
    const batching::kafka::wire::record_range ranges[] = {{b.get(), first, 4 - first}};
    const read_batch read = read_record_batch(write(ranges));
    const std::int64_t expected[] = {0, 1'700'000'000'000, 253'402'300'799'999, 1'700'000'001'000};
    ASSERT_EQ(read.records.size(), 4 - first);
    for (std::size_t i = 0; i < read.records.size(); ++i) EXPECT_EQ(read.records[i].timestamp_ms, expected[i + first]);
    EXPECT_EQ(read.max_timestamp_ms, 253'402'300'799'999);
  }
}

TEST_F(RecordBatchTest, RangesOfSeveralBatchesCountOn) {
  auto a = make();
  auto b = make();
  for (std::uint32_t i = 0; i < 300; ++i) a->append("k", true, "a" + std::to_string(i), {}, nullptr, i);
  for (std::uint32_t i = 0; i < 5; ++i) b->append("k", true, "b" + std::to_string(i), {}, nullptr, i);
  const batching::kafka::wire::record_range ranges[] = {{a.get(), 10, 200}, {b.get(), 4, 1}};
  const read_batch read = read_record_batch(write(ranges));
  ASSERT_EQ(read.count, 201);
  EXPECT_EQ(read.records[0].value, "a10");
  EXPECT_EQ(read.records[199].value, "a209");
  EXPECT_EQ(read.records[200].value, "b4");
}

TEST_F(RecordBatchTest, CompressedRecordsAreTheSameRecords) {
  auto b = make();
  for (std::uint32_t i = 0; i < 200; ++i)
    b->append("cart-" + std::to_string(i % 10), true, R"({"eventType":"ItemAdded","n":)" + std::to_string(i) + "}", {},
              nullptr, i);
  const batching::kafka::wire::record_range ranges[] = {all_of(*b)};
  const std::string plain(read_record_batch(write(ranges)).records_bytes);
  std::string raw(plain.size(), '\0');

  const read_batch zstd = read_record_batch(write(ranges, {batching::kafka::wire::codec::zstd, 1}));
  EXPECT_EQ(zstd.attributes, 4);
  EXPECT_LT(zstd.records_bytes.size(), plain.size() / 3);
  ASSERT_EQ(ZSTD_decompress(raw.data(), raw.size(), zstd.records_bytes.data(), zstd.records_bytes.size()),
            plain.size());
  EXPECT_EQ(raw, plain);

  const read_batch lz4 = read_record_batch(write(ranges, {batching::kafka::wire::codec::lz4, 1}));
  EXPECT_EQ(lz4.attributes, 3);
  raw.assign(plain.size(), '\0');
  LZ4F_dctx* context = nullptr;
  LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
  std::size_t made = raw.size();
  std::size_t used = lz4.records_bytes.size();
  EXPECT_EQ(LZ4F_decompress(context, raw.data(), &made, lz4.records_bytes.data(), &used, nullptr), 0U);
  LZ4F_freeDecompressionContext(context);
  EXPECT_EQ(raw, plain);
}

TEST_F(RecordBatchTest, WhatDoesNotShrinkIsNotCompressed) {
  auto b = make();
  const std::string noise = tests::noise(500);
  b->append("k", true, noise, {}, nullptr, 0);
  const batching::kafka::wire::record_range ranges[] = {all_of(*b)};
  for (const batching::kafka::wire::codec with :
       {batching::kafka::wire::codec::zstd, batching::kafka::wire::codec::lz4}) {
    const read_batch read = read_record_batch(write(ranges, {with, 1}));
    EXPECT_EQ(read.attributes, 0);
    EXPECT_EQ(read.records.at(0).value, noise);
  }
}

}  // namespace
}  // namespace tests::direct
