#include "gateway/frames/record_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/gateway/frames/client.h"

namespace gateway::frames {
namespace {

using frames_test::block;
using frames_test::record;

class RecordReaderTest : public testing::Test {
 protected:
  fault read(std::string_view bytes, std::uint32_t records) { return reader_.read(bytes, records, events_); }

  record_reader reader_;
  batching::events events_;
};

TEST_F(RecordReaderTest, GivesKeysValuesAndHeadersAsSent) {
  const std::string bytes = block({{"a", "1", {{"h", "x"}, {"h", ""}}}, {{}, "22"}, {"", "", {{"", "y"}}}});
  ASSERT_FALSE(read(bytes, 3));
  ASSERT_EQ(events_.size(), 3U);
  EXPECT_EQ(events_[0].key, "a");
  ASSERT_EQ(events_[0].headers.size(), 2U);
  EXPECT_EQ(events_[0].headers[0].value, "x");
  EXPECT_EQ(events_[0].headers[1].name, "h");
  EXPECT_FALSE(events_[1].has_key);
  EXPECT_EQ(events_[1].value, "22");
  EXPECT_TRUE(events_[1].headers.empty());
  EXPECT_TRUE(events_[2].has_key);
  EXPECT_TRUE(events_[2].value.empty());
  EXPECT_EQ(events_[2].headers[0].value, "y");
}

TEST_F(RecordReaderTest, TruncatedAtEachByteIsMalformed) {
  const std::string bytes = block({{"key", "value", {{"name", "text"}}}, {"k", "v"}});
  ASSERT_FALSE(read(bytes, 2));
  for (std::size_t have = 0; have < bytes.size(); ++have) {
    const fault wrong = read(std::string_view(bytes).substr(0, have), 2);
    ASSERT_TRUE(wrong) << have;
    EXPECT_EQ(wrong->code, error_code::malformed_records);
  }
}

TEST_F(RecordReaderTest, BytesAfterTheLastRecordAreMalformed) {
  EXPECT_TRUE(read(block({{"k", "v"}}) + "x", 1));
  EXPECT_TRUE(read(block({{"k", "v"}, {"k", "v"}}), 1));
}

TEST_F(RecordReaderTest, LyingLengthsReachNowhere) {
  std::string bytes = block({{"k", "v"}});
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = '\xff';
  EXPECT_TRUE(read(bytes, 1));
  bytes = block({{"k", "v"}});
  bytes[4] = '\xfe';
  bytes[5] = '\xff';
  EXPECT_TRUE(read(bytes, 1));
  bytes = block({{"k", "v", {{"n", "v"}}}});
  bytes[12] = bytes[13] = bytes[14] = bytes[15] = '\xff';
  EXPECT_TRUE(read(bytes, 1));
  EXPECT_TRUE(read("", 0xffffffff));
}

TEST_F(RecordReaderTest, ARecordHasAtMost64Headers) {
  record r{"k", "v"};
  r.headers.assign(64, {"n", "v"});
  EXPECT_FALSE(read(block({r}), 1));
  r.headers.emplace_back("n", "v");
  EXPECT_TRUE(read(block({r}), 1));
}

TEST_F(RecordReaderTest, AFrameHasAtMost262144Headers) {
  record r{"k", "v"};
  r.headers.assign(64, {"", ""});
  std::vector<record> records(4096, r);
  EXPECT_FALSE(read(block(records), 4096));
  EXPECT_EQ(events_[4095].headers.size(), 64U);
  records.push_back({"k", "v", {{"", ""}}});
  const fault wrong = read(block(records), 4097);
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->code, error_code::limit_exceeded);
}

std::string with_bits(std::string bytes, unsigned bits) {
  bytes[7] = static_cast<char>(static_cast<unsigned char>(bytes[7]) | bits >> 8);
  return bytes;
}

TEST_F(RecordReaderTest, ATombstoneIsMarkedAndHasNoValue) {
  ASSERT_FALSE(read(with_bits(block({{"k", "", {{"h", "x"}}}}), record_is_tombstone), 1));
  EXPECT_TRUE(events_[0].is_tombstone);
  EXPECT_EQ(events_[0].headers.size(), 1U);
  ASSERT_FALSE(read(block({{"k", ""}}), 1));
  EXPECT_FALSE(events_[0].is_tombstone);
  EXPECT_TRUE(read(with_bits(block({{"k", "v"}}), record_is_tombstone), 1));
  EXPECT_TRUE(read(with_bits(block({{"k", ""}}), 0x2000), 1));
}

TEST_F(RecordReaderTest, ATimestampStandsBehindTheHeaders) {
  const std::string head = with_bits(block({{"k", "v", {{"h", "x"}}}}), record_has_timestamp);
  ASSERT_FALSE(read(head + std::string("\x88\x13\0\0\0\0\0\0", 8), 1));
  EXPECT_EQ(events_[0].timestamp_ms, 5000);
  EXPECT_TRUE(reader_.has_timestamps());
  for (std::size_t have = 0; have < 8; ++have) EXPECT_TRUE(read(head + std::string(have, '\0'), 1));
  EXPECT_TRUE(read(head + std::string(8, '\xff'), 1));
  ASSERT_FALSE(read(block({{"k", "v"}}), 1));
  EXPECT_FALSE(reader_.has_timestamps());
}

}  // namespace
}  // namespace gateway::frames
