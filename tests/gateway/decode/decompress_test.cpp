#include "gateway/decode/decompress.h"

#include <gmock/gmock.h>
#include <lz4frame.h>
#include <zstd.h>

#include <random>

#include "tests/support/deflated.h"

namespace gateway::decode {
namespace {

using testing::HasSubstr;

std::string gzip(std::string_view text) { return tests::deflated(text); }

/// `announces`: the frame says how large its content is, as one-shot compressors do and streaming ones do not.
std::string zstd(std::string_view text, bool announces = true, int window_log = 0) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, announces ? 1 : 0);
  if (window_log != 0) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  std::string out(ZSTD_compressBound(text.size()), '\0');
  if (announces) {
    out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  } else {
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    ZSTD_compressStream2(context, &to, &in, ZSTD_e_flush);
    EXPECT_EQ(ZSTD_compressStream2(context, &to, &in, ZSTD_e_end), 0U);
    out.resize(to.pos);
  }
  ZSTD_freeCCtx(context);
  return out;
}

std::string lz4(std::string_view text) {
  LZ4F_preferences_t with{};
  with.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  std::string out(LZ4F_compressFrameBound(text.size(), &with), '\0');
  out.resize(LZ4F_compressFrame(out.data(), out.size(), text.data(), text.size(), &with));
  return out;
}

std::string lines(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) text += R"({"aggregateId":"order-)" + std::to_string(i) + "\"}\n";
  text.resize(bytes);
  return text;
}

class DecompressTest : public testing::TestWithParam<encoding> {
 protected:
  static std::string compressed(std::string_view text) {
    switch (GetParam()) {
      case encoding::gzip: return gzip(text);
      case encoding::zstd: return zstd(text);
      case encoding::lz4: return lz4(text);
      default: return std::string(text);
    }
  }
  auto run(std::string_view in, std::size_t out_max) { return decompress_.run(GetParam(), in, out_max, out_); }

  decompressor decompress_;
  buffer out_;
};

TEST_P(DecompressTest, GivesTheTextBackWithPaddingBehindIt) {
  for (const std::size_t bytes : {1UL, 100UL, 70'000UL, 3'000'000UL}) {
    const std::string text = lines(bytes);
    const auto got = run(compressed(text), 16 << 20);
    ASSERT_TRUE(got.has_value()) << got.error().detail;
    EXPECT_EQ(*got, text);
    volatile char last_of_padding = 0;  // read for the sanitizer, which knows where the memory ends
    for (std::size_t i = 0; i < buffer::padding_bytes; ++i) last_of_padding = got->data()[got->size() + i];
    static_cast<void>(last_of_padding);
  }
}

TEST_P(DecompressTest, NothingComesOutOfNothingCompressed) {
  const auto got = run(compressed(""), 100);
  ASSERT_TRUE(got.has_value()) << got.error().detail;
  EXPECT_EQ(*got, "");
  EXPECT_TRUE(run(compressed(""), 0).has_value());
}

TEST_P(DecompressTest, AtTheBoundPassesAndOneOverIsTooLarge) {
  for (const std::size_t bytes : {1UL, 1'000UL, 16'384UL, 200'000UL}) {
    const std::string text = lines(bytes);
    const std::string in = compressed(text);
    ASSERT_TRUE(run(in, bytes).has_value());
    const auto over = run(in, bytes - 1);
    ASSERT_FALSE(over.has_value());
    EXPECT_EQ(over.error().code, decompress_errc::too_large);
  }
}

TEST_P(DecompressTest, ABombCostsNoMoreThanTheBound) {
  const std::string bomb = compressed(std::string(50'000'000, '0'));
  const auto got = run(bomb, 1'000'000);
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, decompress_errc::too_large);
  EXPECT_LE(out_.capacity(), 1'000'000U);
}

TEST_P(DecompressTest, SeveralFramesAreOneBody) {
  const auto got = run(compressed("one\n") + compressed("") + compressed("two\n"), 100);
  ASSERT_TRUE(got.has_value()) << got.error().detail;
  EXPECT_EQ(*got, "one\ntwo\n");
  EXPECT_EQ(run(compressed("one\n") + compressed("two\n"), 7).error().code, decompress_errc::too_large);
}

TEST_P(DecompressTest, TruncatedAtEachByteIsCorrupt) {
  const std::string in = compressed(lines(500)) + compressed("second");
  const std::size_t first = compressed(lines(500)).size();
  for (std::size_t n = 0; n < in.size(); ++n) {
    if (n == first) continue;
    const auto got = run(std::string_view(in).substr(0, n), 10'000);
    ASSERT_FALSE(got.has_value()) << n;
    EXPECT_EQ(got.error().code, decompress_errc::corrupt) << n;
    EXPECT_FALSE(got.error().detail.empty());
  }
}

TEST_P(DecompressTest, BytesBehindTheEndAreCorrupt) {
  for (const char* garbage : {"x", "garbage garbage garbage", "{\"aggregateId\":1}\n"}) {
    const auto got = run(compressed("text") + garbage, 10'000);
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().code, decompress_errc::corrupt);
  }
  EXPECT_FALSE(run(compressed("text") + std::string(8, '\0'), 10'000).has_value());
}

TEST_P(DecompressTest, AFlippedBitNeverPassesAsOtherText) {
  const std::string text = lines(400);
  const std::string in = compressed(text);
  for (std::size_t bit = 0; bit < in.size() * 8; ++bit) {
    std::string damaged = in;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto got = run(damaged, 10'000);
    EXPECT_TRUE(!got.has_value() || *got == text) << bit;  // some bits of a header do not matter
  }
  EXPECT_EQ(*run(in, 10'000), text) << "damage left something behind";
}

TEST_P(DecompressTest, NoiseIsCorruptAndTheNextBodyIsNot) {
  std::mt19937 random(7);
  for (int i = 0; i < 500; ++i) {
    std::string noise(1 + random() % 300, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    EXPECT_FALSE(run(noise, 1'000).has_value());
  }
  EXPECT_EQ(*run(compressed("text"), 1'000), "text");
}

INSTANTIATE_TEST_SUITE_P(Codecs, DecompressTest, testing::Values(encoding::gzip, encoding::zstd, encoding::lz4),
                         [](const auto& with) { return std::string(name(with.param)); });

TEST(DecompressZstdTest, FramesOfUnknownSizeAreRead) {
  decompressor decompress;
  buffer out;
  const std::string text = lines(900'000);
  EXPECT_EQ(*decompress.run(encoding::zstd, zstd(text, false), text.size(), out), text);
  EXPECT_EQ(decompress.run(encoding::zstd, zstd(text, false), text.size() - 1, out).error().code,
            decompress_errc::too_large);
}

TEST(DecompressZstdTest, AFrameThatHoldsLessThanItAnnouncesIsCorruptWhateverTheRoom) {
  // Single segment, 0x5800 + 256 bytes announced (RFC 8878 3.1.1.1), then one empty last block.
  const std::string empty_frame("\x28\xb5\x2f\xfd\x60\x00\x58\x01\x00\x00", 10);
  decompressor decompress;
  buffer out;
  for (const std::string& body : {empty_frame, zstd("{}", false) + empty_frame})
    for (const std::size_t out_max : {32U * 1024, 1024U * 1024}) {
      const auto text = decompress.run(encoding::zstd, body, out_max, out);
      ASSERT_FALSE(text.has_value()) << "of " << body.size() << " bytes, at most " << out_max << " out";
      EXPECT_EQ(text.error().code, decompress_errc::corrupt);
    }
}

TEST(DecompressZstdTest, AWindowBeyondTheBoundIsRefused) {
  decompressor decompress;
  buffer out;
  const std::string text = lines(12 << 20);
  EXPECT_TRUE(decompress.run(encoding::zstd, zstd(text, false, 23), 16 << 20, out).has_value());
  EXPECT_FALSE(decompress.run(encoding::zstd, zstd(text, false, 24), 16 << 20, out).has_value());
}

TEST(DecompressorTest, IdentityCopiesWithinTheBound) {
  decompressor decompress;
  buffer out;
  EXPECT_EQ(*decompress.run(encoding::identity, "text", 4, out), "text");
  EXPECT_EQ(decompress.run(encoding::identity, "text", 3, out).error().code, decompress_errc::too_large);
}

TEST(DecompressorTest, ALargerBoundBeforeDoesNotLoosenThisOne) {
  decompressor decompress;
  buffer out;
  const std::string text = lines(100'000);
  ASSERT_TRUE(decompress.run(encoding::gzip, gzip(text), 1 << 20, out).has_value());
  EXPECT_FALSE(decompress.run(encoding::gzip, gzip(text), 50'000, out).has_value());
}

TEST(EncodingTest, TokensAreReadInAnyCase) {
  EXPECT_EQ(parse_encoding("gzip"), encoding::gzip);
  EXPECT_EQ(parse_encoding("X-GZip"), encoding::gzip);
  EXPECT_EQ(parse_encoding("ZSTD"), encoding::zstd);
  EXPECT_EQ(parse_encoding("lz4"), encoding::lz4);
  EXPECT_EQ(parse_encoding("identity"), encoding::identity);
  EXPECT_EQ(parse_encoding("Deflate"), encoding::deflate);
  EXPECT_EQ(parse_encoding("snappy"), encoding::snappy);
  for (const char* other : {"", "br", "gzip ", "gzip, zstd", "lz4x"}) EXPECT_FALSE(parse_encoding(other)) << other;
}

TEST(BufferTest, ShrinkGivesBackOnlyWhatIsAboveTheKeptSize) {
  buffer b;
  b.reserve(1'000);
  b.shrink(1'000);
  EXPECT_EQ(b.capacity(), 1'000U);
  b.shrink(999);
  EXPECT_EQ(b.capacity(), 0U);
}

}  // namespace
}  // namespace gateway::decode
