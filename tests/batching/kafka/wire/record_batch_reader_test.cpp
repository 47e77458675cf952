// Batches of the writer are read back; those of a broker or another client are laid out by hand; and each byte that is
// missing or wrong is noticed.
#include "batching/kafka/wire/record_batch_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "batching/crc32c.h"
#include "batching/kafka/wire/big_endian.h"
#include "batching/kafka/wire/decompressor.h"
#include "tests/batching/recording_publisher.h"

namespace batching::kafka::wire {
namespace {

using namespace std::string_literals;
using step = record_batch_reader::step;

struct RecordBatchReaderTest : ::testing::Test {
  std::string write(batch& b, compression how = {}) {
    const record_range ranges[] = {{&b, 0, static_cast<std::uint32_t>(b.records().size())}};
    to.clear();
    write_record_batch(ranges, {{7, 3}, 42}, how, packs, scratch, to);
    return std::string(to.view());
  }
  /// A batch of any attributes and records.
  static std::string lay_out(std::int16_t attributes, std::int32_t count, const std::string& records,
                             std::int64_t base = 100) {
    std::string b(record_batch_head_bytes, 0);
    b += records;
    char* const h = b.data();
    store(h, base);
    store(h + 8, static_cast<std::int32_t>(b.size() - 12));
    h[16] = 2;
    store(h + 21, attributes);
    store(h + 23, std::max(count, 1) - 1);
    store(h + 27, std::int64_t{1000});
    store(h + 35, std::int64_t{5000});
    store(h + 43, std::int64_t{9});
    store(h + 51, std::int16_t{4});
    store(h + 53, std::int32_t{-1});
    store(h + 57, count);
    store(h + 17, crc32c(std::string_view(b).substr(21)));
    return b;
  }
  std::vector<std::string> read(const record_batch_head& head, std::string_view unpacked) {
    std::vector<std::string> out;
    record_reader reader(head, unpacked, headers);
    for (read_record r; reader.next(r);) {
      std::string line = std::to_string(r.offset) + "@" + std::to_string(r.timestamp_ms) + " " +
                         (r.has_key ? std::string(r.key) : "-") + "=" + (r.has_value ? std::string(r.value) : "null");
      for (const header& h : r.headers) line += " " + std::string(h.name) + ":" + std::string(h.value);
      out.push_back(line);
    }
    if (!reader.is_whole()) out.emplace_back("not whole");
    return out;
  }

  batching::testing::recording_home home;
  std::shared_ptr<topic> of = batching::testing::make_topic("t", 0, 1);
  compressor packs;
  decompressor unpacks;
  buffer scratch, to, raw;
  std::vector<header> headers;
};

TEST_F(RecordBatchReaderTest, ReadsWhatTheWriterWrote) {
  for (const codec with : {codec::none, codec::lz4, codec::zstd}) {
    batch b(home, of, 0);
    b.admit_at({}, 5000);
    const header two[] = {{"a", "1"}, {"b", ""}};
    b.append("key", true, std::string(200, 'v'), two, nullptr, 0);
    b.append("", false, std::string(200, 'w'), {}, nullptr, 1);
    const std::string bytes = write(b, {with, 1});
    record_batch_reader reader(bytes);
    record_batch_head head;
    ASSERT_EQ(reader.next(head), step::batch);
    EXPECT_EQ(head.producer, (producer_identity{7, 3}));
    EXPECT_EQ(head.base_sequence, 42);
    EXPECT_EQ(head.next_offset(), 2);
    EXPECT_FALSE(head.is_control());
    EXPECT_EQ(head.codec_number(), static_cast<int>(with));
    std::string_view records = head.records;
    if (with != codec::none) {
      ASSERT_EQ(unpacks.run(head.codec_number(), head.records, raw), decompressor::result::done);
      records = raw.view();
    }
    EXPECT_EQ(read(head, records), (std::vector<std::string>{"0@5000 key=" + std::string(200, 'v') + " a:1 b:",
                                                             "1@5000 -=" + std::string(200, 'w')}));
    EXPECT_EQ(reader.next(head), step::end);
  }
}

// An abort marker as a coordinator writes it: key (version 0, type 0), value (version 0, its epoch).
TEST_F(RecordBatchReaderTest, ReadsAMarker) {
  const std::string marker = lay_out(0x30, 1, "\x20\0\0\0\x08\0\0\0\0\x0c\0\0\0\0\0\x02\0"s);
  record_batch_reader reader(marker);
  record_batch_head head;
  ASSERT_EQ(reader.next(head), step::batch);
  EXPECT_TRUE(head.is_control());
  EXPECT_TRUE(head.is_transactional());
  EXPECT_EQ(head.producer, (producer_identity{9, 4}));
  EXPECT_EQ(head.next_offset(), 101);
}

TEST_F(RecordBatchReaderTest, TimesAreTheLogsWhereTheLogGivesThem) {
  record_batch_head head;
  const std::string created = lay_out(0, 1, "\x0c\0\x64\0\x01\x01\0"s);
  ASSERT_EQ(record_batch_reader(created).next(head), step::batch);
  EXPECT_EQ(read(head, head.records), std::vector<std::string>{"100@1050 -=null"});
  const std::string appended = lay_out(0x08, 1, "\x0c\0\x64\0\x01\x01\0"s);
  ASSERT_EQ(record_batch_reader(appended).next(head), step::batch);
  EXPECT_EQ(read(head, head.records), std::vector<std::string>{"100@5000 -=null"});
}

TEST_F(RecordBatchReaderTest, ACutBatchIsTheEndAndAChangedOneIsDamaged) {
  batch b(home, of, 0);
  b.admit_at({}, 5000);
  b.append("key", true, "value", {}, nullptr, 0);
  const std::string bytes = write(b);
  record_batch_head head;
  for (std::size_t cut = 0; cut < bytes.size(); ++cut)
    EXPECT_EQ(record_batch_reader(std::string_view(bytes).substr(0, cut)).next(head), step::end) << cut;
  for (std::size_t i = 16; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x04);
    EXPECT_NE(record_batch_reader(changed).next(head), step::batch) << i;
  }
}

TEST_F(RecordBatchReaderTest, LengthsThatCannotBeAreDamageAndOldFormatsAreNamed) {
  record_batch_head head;
  std::string b = lay_out(0, 1, "x");
  store(b.data() + 8, std::int32_t{-5});
  EXPECT_EQ(record_batch_reader(b).next(head), step::damaged);
  store(b.data() + 8, std::int32_t{20});  // shorter than a head
  EXPECT_EQ(record_batch_reader(b).next(head), step::damaged);
  b = lay_out(0, 1, "x");
  b[16] = 1;
  EXPECT_EQ(record_batch_reader(b).next(head), step::old_format);
  EXPECT_EQ(record_batch_reader(lay_out(0, -1, "x")).next(head), step::damaged) << "a negative count";
}

TEST_F(RecordBatchReaderTest, RecordsThatClaimMoreThanThereIsAreNotRead) {
  record_batch_head head;
  const std::string good = "\x14\0\0\0\x04kk\x04vv\0"s;
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    const std::string b = lay_out(0, 1, good.substr(0, cut));
    ASSERT_EQ(record_batch_reader(b).next(head), step::batch);
    EXPECT_EQ(read(head, head.records), std::vector<std::string>{"not whole"}) << cut;
  }
  const std::string all = lay_out(0, 1, good);
  ASSERT_EQ(record_batch_reader(all).next(head), step::batch);
  EXPECT_EQ(read(head, head.records), std::vector<std::string>{"100@1000 kk=vv"});
  for (const std::string& claims :
       {"\x14\0\0\0\x7ekk\x04vv\0"s /* a key */, "\x14\0\0\0\x04kk\x04vv\x7e"s /* headers */,
        "\x14\0\0\x02\x04kk\x04vv\0"s /* an offset behind the last */, "\x0d\0\0\0"s /* a negative length */}) {
    const std::string b = lay_out(0, 1, claims);
    ASSERT_EQ(record_batch_reader(b).next(head), step::batch);
    EXPECT_EQ(read(head, head.records), std::vector<std::string>{"not whole"});
  }
}

}  // namespace
}  // namespace batching::kafka::wire
