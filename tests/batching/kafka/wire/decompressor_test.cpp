#include "batching/kafka/wire/decompressor.h"

#include <gtest/gtest.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

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
  EXPECT_EQ(of.run(GetParam(), std::string(100, 'x'), raw), decompressor::result::damaged);
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
  EXPECT_EQ(of.run(snappy, "x", raw), decompressor::result::unknown);
  EXPECT_EQ(of.run(7, "x", raw), decompressor::result::unknown);
}

INSTANTIATE_TEST_SUITE_P(Codecs, DecompressorTest, ::testing::Values(gzip, lz4, zstd));

}  // namespace
}  // namespace batching::kafka::wire
