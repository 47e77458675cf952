#include "gateway/frames/messages.h"

#include <gtest/gtest.h>

#include <string>

#include "gateway/frames/bytes.h"
#include "tests/gateway/frames/client.h"

namespace gateway::frames {
namespace {

constexpr std::size_t header = header_bytes;

std::string payload_of(const std::string& frame) { return frame.substr(header); }

error_code code_of(const fault& wrong) { return wrong ? wrong->code : error_code{}; }

fault read_publish_payload(std::string_view payload) {
  publish out;
  return read_publish({frame_type::publish, payload, 0}, out);
}

const std::string good_publish = payload_of(frames_test::encode({.records = {{"k", "v"}}}));

std::string with(std::string payload, std::size_t at, char value) {
  payload[at] = value;
  return payload;
}

TEST(MessagesTest, PublishTruncatedAtEachByteIsMalformed) {
  ASSERT_FALSE(read_publish_payload(good_publish));
  for (std::size_t have = 0; have < good_publish.size(); ++have)
    EXPECT_EQ(code_of(read_publish_payload(good_publish.substr(0, have))), error_code::malformed_frame) << have;
}

TEST(MessagesTest, PublishValuesBeyondTheirTablesAreMalformed) {
  EXPECT_EQ(code_of(read_publish_payload(with(good_publish, 8, 3))), error_code::malformed_frame);
  EXPECT_EQ(code_of(read_publish_payload(with(good_publish, 9, 4))), error_code::malformed_frame);
  EXPECT_EQ(code_of(read_publish_payload(with(good_publish, 10, 3))), error_code::malformed_frame);
  EXPECT_EQ(code_of(read_publish_payload(with(good_publish, 11, 3))), error_code::malformed_frame);
  EXPECT_EQ(code_of(read_publish_payload(with(good_publish, 12, 2))), error_code::malformed_frame);
  EXPECT_EQ(code_of(read_publish_payload(with(good_publish, 13, 1))), error_code::malformed_frame);
}

TEST(MessagesTest, PublishTopicIsOneToKafkasLimit) {
  EXPECT_FALSE(read_publish_payload(payload_of(frames_test::encode({.topic = std::string(249, 't')}))));
  EXPECT_TRUE(read_publish_payload(payload_of(frames_test::encode({.topic = std::string(250, 't')}))));
  EXPECT_TRUE(read_publish_payload(payload_of(frames_test::encode({.topic = ""}))));
}

TEST(MessagesTest, UncompressedBlockMustBeAsLongAsSaid) {
  EXPECT_EQ(code_of(read_publish_payload(good_publish + "x")), error_code::malformed_frame);
  EXPECT_EQ(code_of(read_publish_payload(with(good_publish, 20, 1))), error_code::malformed_frame);
}

TEST(MessagesTest, HelloTruncatedAtEachByteIsRefused) {
  const std::string good = payload_of(frames_test::hello());
  hello out;
  for (std::size_t have = 0; have < good.size(); ++have) EXPECT_TRUE(read_hello(good.substr(0, have), out)) << have;
}

TEST(MessagesTest, HelloOfALaterVersionMayBeLonger) {
  hello out;
  const std::string longer = payload_of(frames_test::hello()) + std::string(2, '\0') + "fields of version 2";
  EXPECT_FALSE(read_hello(longer, out));
  EXPECT_EQ(out.name, "example");
}

TEST(MessagesTest, HelloFieldsAreChecked) {
  hello out;
  EXPECT_TRUE(read_hello(payload_of(frames_test::hello(0, 1)), out));
  EXPECT_TRUE(read_hello(payload_of(frames_test::hello(2, 1)), out));
  EXPECT_TRUE(read_hello(payload_of(frames_test::hello(1, 1, 65'535)), out));
  EXPECT_FALSE(read_hello(payload_of(frames_test::hello(1, 1, 65'536)), out));
  EXPECT_TRUE(read_hello(payload_of(frames_test::hello(1, 1, 0, std::string(256, 'n'))), out));
  EXPECT_TRUE(read_hello(with(payload_of(frames_test::hello()), 16, 1), out));
  EXPECT_EQ(code_of(read_hello(with(payload_of(frames_test::hello()), 0, 'h'), out)), error_code::not_headgate);
}

TEST(MessagesTest, CloseIsExactlyAsLongAsItSays) {
  const std::string good = payload_of(frames_test::close(7));
  close out;
  ASSERT_FALSE(read_close(good, out));
  EXPECT_EQ(out.sequence, 7U);
  EXPECT_TRUE(read_close(good + "x", out));
  EXPECT_TRUE(read_close(good.substr(1), out));
  EXPECT_TRUE(read_close(with(good, 8, 3), out));
  EXPECT_TRUE(read_close(with(good, 9, 1), out));
}

TEST(MessagesTest, TextsAreCutAtWholeCharacters) {
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(cut("abc", 2), "ab");
  EXPECT_EQ(cut("a\xc3\xa4", 2), "a");
  EXPECT_EQ(cut("\xe2\x82\xac", 2), "");
}

}  // namespace
}  // namespace gateway::frames
