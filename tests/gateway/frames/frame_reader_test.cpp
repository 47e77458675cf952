#include "gateway/frames/frame_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/gateway/frames/client.h"

namespace gateway::frames {
namespace {

using frames_test::frame;
constexpr std::uint32_t publish_max = 1000;

frame_read read(std::string_view bytes) { return read_frame(bytes, publish_max); }

TEST(FrameReaderTest, FindsAWholeFrameAndNothingOfTheNext) {
  const std::string bytes = frame(frame_type::publish, "payload") + "next";
  const auto found = read(bytes);
  ASSERT_EQ(found.state, frame_state::whole);
  EXPECT_EQ(found.found.type, frame_type::publish);
  EXPECT_EQ(found.found.payload, "payload");
  EXPECT_EQ(found.found.bytes, 19U);
}

TEST(FrameReaderTest, AsksForWhatIsMissingAtEachByte) {
  const std::string bytes = frame(frame_type::publish, "payload");
  for (std::size_t have = 0; have < bytes.size(); ++have) {
    const auto found = read(std::string_view(bytes).substr(0, have));
    ASSERT_EQ(found.state, frame_state::partial) << have;
    EXPECT_EQ(found.bytes, have < header_bytes ? header_bytes : bytes.size()) << have;
  }
}

TEST(FrameReaderTest, TakesAFrameAtTheLimitAndRefusesOneByteMore) {
  EXPECT_EQ(read(frame(frame_type::publish, std::string(publish_max - header_bytes, 'x'))).state, frame_state::whole);
  const auto over = read(frame(frame_type::publish, std::string(publish_max - header_bytes + 1, 'x')));
  ASSERT_EQ(over.state, frame_state::broken);
  EXPECT_EQ(over.why.code, error_code::frame_too_large);
}

TEST(FrameReaderTest, RefusesALyingLengthBeforeItsBytesAreThere) {
  std::string header = frame(frame_type::publish, "").substr(0, header_bytes);
  header[3] = '\x7f';
  EXPECT_EQ(read(header).why.code, error_code::frame_too_large);
  header = frame(frame_type::publish, "");
  for (std::size_t i = 0; i < 4; ++i) header[i] = '\xff';
  EXPECT_EQ(read(header).why.code, error_code::frame_too_large);
}

TEST(FrameReaderTest, BoundsControlFramesMoreTightly) {
  EXPECT_EQ(
      read_frame(frame(frame_type::hello, std::string(hello_bytes_max - header_bytes + 1, 'x')), 1 << 20).why.code,
      error_code::frame_too_large);
  EXPECT_EQ(read_frame(frame(frame_type::ping, std::string(control_bytes_max, 'x')), 1 << 20).why.code,
            error_code::frame_too_large);
}

TEST(FrameReaderTest, FindsEveryFlippedBit) {
  const std::string good = frame(frame_type::publish, "some payload");
  for (std::size_t byte = 0; byte < good.size(); ++byte)
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[byte] = static_cast<char>(bad[byte] ^ (1 << bit));
      bad.resize(bad.size() + 100);  // a longer length finds bytes
      EXPECT_NE(read(bad).state, frame_state::whole) << "byte " << byte << " bit " << bit;
    }
}

TEST(FrameReaderTest, RefusesUnknownTypesAndReservedFields) {
  for (const int type : {0, 16, 255})
    EXPECT_EQ(read(frame(static_cast<frame_type>(type), "")).why.code, error_code::unknown_type) << type;
  for (const std::size_t reserved : {5U, 6U, 7U}) {
    std::string bytes = frame(frame_type::ping, "12345678");
    bytes[reserved] = 1;
    EXPECT_EQ(read(bytes).why.code, error_code::malformed_frame) << reserved;
  }
}

}  // namespace
}  // namespace gateway::frames
