#include "batching/kafka/wire/decompressor.h"

#include <gtest/gtest.h>
#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <vector>

namespace batching::kafka::wire {
namespace {

constexpr int gzip = 1, snappy = 2, lz4 = 3, zstd = 4;

std::string pack(int codec, const std::string& raw) {
  std::string out(raw.size() + 1024, 0);
  if (codec == zstd) {
    out.resize(ZSTD_compress(out.data(), out.size(), raw.data(), raw.size(), 1));
  } else if (codec == lz4) {
    out.resize(LZ4F_compressFrameBound(raw.size(), nullptr));
    out.resize(LZ4F_compressFrame(out.data(), out.size(), raw.data(), raw.size(), nullptr));
  } else if (codec == snappy) {
    ::snappy::Compress(raw.data(), raw.size(), &out);
  } else {
    z_stream s{};
    deflateInit2(&s, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    s.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(raw.data()));
    s.avail_in = static_cast<uInt>(raw.size());
    s.next_out = reinterpret_cast<Bytef*>(out.data());
    s.avail_out = static_cast<uInt>(out.size());
    deflate(&s, Z_FINISH);
    out.resize(out.size() - s.avail_out);
    deflateEnd(&s);
  }
  return out;
}

std::string text(std::size_t bytes) {
  std::string out;
  for (unsigned i = 0; out.size() < bytes; ++i) out += "line " + std::to_string(i * 2654435761U) + ";";
  out.resize(bytes);
  return out;
}

struct DecompressorTest : ::testing::TestWithParam<int> {
  decompressor of;
  buffer raw;
};

// Also where a piece is filled to its last byte.
TEST_P(DecompressorTest, GivesBackWhatWasCompressed) {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{65'535}, std::size_t{65'536}, std::size_t{65'537},
                                  std::size_t{131'072}, std::size_t{300'000}}) {
    const std::string expected = text(bytes);
    ASSERT_EQ(of.run(GetParam(), pack(GetParam(), expected), raw), decompressor::result::done) << bytes;
    EXPECT_EQ(raw.view(), expected);
  }
}

TEST_P(DecompressorTest, RefusesWhatIsCutOrIsNoSuchFormat) {
  const std::string packed = pack(GetParam(), text(1000));
  for (std::size_t cut = 0; cut < packed.size() - 12; ++cut)  // a checksum at the end is optional for some
    EXPECT_EQ(of.run(GetParam(), packed.substr(0, cut), raw), decompressor::result::damaged) << cut;
  EXPECT_EQ(of.run(GetParam(), std::string(100, '\xff'), raw), decompressor::result::damaged);
  ASSERT_EQ(of.run(GetParam(), packed, raw), decompressor::result::done) << "and goes on after it";
}

TEST_P(DecompressorTest, StopsABomb) {
  constexpr std::size_t most = 1'000'000;
  decompressor bounded(most);
  EXPECT_EQ(bounded.run(GetParam(), pack(GetParam(), std::string(most + 1, 'a')), raw),
            decompressor::result::too_large);
  EXPECT_EQ(bounded.run(GetParam(), pack(GetParam(), std::string(most * 20, 'a')), raw),
            decompressor::result::too_large);
  EXPECT_EQ(bounded.run(GetParam(), pack(GetParam(), std::string(most, 'a')), raw), decompressor::result::done);
}

TEST(DecompressorTest, SaysWhichCodecsItDoesNotRead) {
  decompressor of;
  buffer raw;
  EXPECT_EQ(of.run(5, "x", raw), decompressor::result::unknown);
  EXPECT_EQ(of.run(7, "x", raw), decompressor::result::unknown);
}

std::string in_javas_blocks(const std::vector<std::string>& parts) {
  std::string all("\x82SNAPPY\x00\x00\x00\x00\x01\x00\x00\x00\x01", 16);
  for (const std::string& part : parts) {
    const std::string packed = pack(snappy, part);
    for (int shift = 24; shift >= 0; shift -= 8) all += static_cast<char>(packed.size() >> shift);
    all += packed;
  }
  return all;
}

TEST(DecompressorTest, ReadsTheBlocksOfJavaClients) {
  decompressor of;
  buffer raw;
  const std::string first = text(32'768);
  const std::string packed = in_javas_blocks({first, "rest"});
  ASSERT_EQ(of.run(snappy, packed, raw), decompressor::result::done);
  EXPECT_EQ(raw.view(), first + "rest");
  ASSERT_EQ(of.run(snappy, packed.substr(0, 16), raw), decompressor::result::done) << "no block, no bytes";
  const std::string two = in_javas_blocks({"abc", "def"});
  for (std::size_t cut = 1; cut < two.size(); ++cut) {
    const bool is_between_blocks = cut == 16 || two.size() - cut == pack(snappy, "def").size() + 4;
    if (is_between_blocks) continue;
    EXPECT_EQ(of.run(snappy, two.substr(0, cut), raw), decompressor::result::damaged) << cut;
  }
}

TEST(DecompressorTest, BlocksTogetherAreBoundedToo) {
  decompressor bounded(100);
  buffer raw;
  EXPECT_EQ(bounded.run(snappy, in_javas_blocks({text(60), text(40)}), raw), decompressor::result::done);
  EXPECT_EQ(bounded.run(snappy, in_javas_blocks({text(60), text(41)}), raw), decompressor::result::too_large);
}

TEST(DecompressorTest, AClaimOfMoreThanSnappyCanHoldIsNotReserved) {
  decompressor of;
  buffer raw;
  EXPECT_EQ(of.run(snappy, std::string("\xff\xff\xff\x1f\x00", 5), raw), decompressor::result::damaged);
}

TEST(DecompressorTest, NamesCodecsAsKafkaDoes) {
  EXPECT_EQ(decompressor::name_of(2), "snappy");
  EXPECT_EQ(decompressor::name_of(4), "zstd");
  EXPECT_EQ(decompressor::name_of(5), "unknown");
}

INSTANTIATE_TEST_SUITE_P(Codecs, DecompressorTest, ::testing::Values(gzip, snappy, lz4, zstd));

}  // namespace
}  // namespace batching::kafka::wire
