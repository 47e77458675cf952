#include "loadgen/wire/compress.h"

#include <gtest/gtest.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

namespace loadgen::wire {
namespace {

constexpr std::size_t head_room = 32;

std::string unzstd(std::string_view packed, std::size_t size) {
  std::string plain(size, '\0');
  plain.resize(ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size()));
  return plain;
}

std::string unlz4(std::string_view packed, std::size_t size) {
  std::string plain(size, '\0');
  LZ4F_dctx* context = nullptr;
  LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
  std::size_t used = packed.size();
  EXPECT_EQ(LZ4F_decompress(context, plain.data(), &size, packed.data(), &used, nullptr), 0U) << "a whole frame";
  LZ4F_freeDecompressionContext(context);
  plain.resize(size);
  return plain;
}

std::string ungzip(std::string packed, std::size_t size) {
  std::string plain(size, '\0');
  z_stream z{};
  inflateInit2(&z, 15 + 16);
  z.next_in = reinterpret_cast<Bytef*>(packed.data());
  z.avail_in = static_cast<uInt>(packed.size());
  z.next_out = reinterpret_cast<Bytef*>(plain.data());
  z.avail_out = static_cast<uInt>(size);
  EXPECT_EQ(inflate(&z, Z_FINISH), Z_STREAM_END);
  inflateEnd(&z);
  return plain;
}

TEST(CompressTest, EveryEncodingReadsBackBehindItsHeadRoom) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "event number " + std::to_string(i * 7919) + "\n";
  for (const auto encoding : {plan::body_encoding::identity, plan::body_encoding::gzip, plan::body_encoding::zstd,
                              plan::body_encoding::lz4}) {
    for (int again = 0; again < 2; ++again) {  // contexts are kept: the second body must not see the first
      std::vector<char> into(head_room, 'h');
      const std::size_t size = compress(encoding, text, into, head_room);
      EXPECT_EQ(std::string(into.data(), head_room), std::string(head_room, 'h'));
      const std::string packed(into.data() + head_room, size);
      switch (encoding) {
        case plan::body_encoding::identity: EXPECT_EQ(packed, text); break;
        case plan::body_encoding::gzip: EXPECT_EQ(ungzip(packed, text.size()), text); break;
        case plan::body_encoding::zstd: EXPECT_EQ(unzstd(packed, text.size()), text); break;
        case plan::body_encoding::lz4: EXPECT_EQ(unlz4(packed, text.size()), text); break;
      }
    }
  }
}

}  // namespace
}  // namespace loadgen::wire
