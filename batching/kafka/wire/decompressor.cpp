#include "batching/kafka/wire/decompressor.h"

#include <lz4frame.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <iterator>

namespace batching::kafka::wire {
namespace {

enum codec_number : int { of_gzip = 1, of_snappy = 2, of_lz4 = 3, of_zstd = 4 };

constexpr std::size_t piece_bytes = 64 * 1024;
constexpr int gzip_window_bits = 16 + MAX_WBITS;  // 16: a gzip head, not zlib's

constexpr std::string_view java_begin("\x82SNAPPY\x00", 8);
constexpr std::size_t java_head_bytes = 16;  // behind its name two versions of four bytes each
constexpr std::size_t length_bytes = 4;
// An element of at least two bytes copies at most 64: what claims to be more does so to make us reserve it.
constexpr std::size_t snappy_ratio_max = 64;

using result = decompressor::result;

}  // namespace

struct decompressor::contexts {
  contexts() = default;
  contexts(const contexts&) = delete;
  contexts& operator=(const contexts&) = delete;
  ~contexts() {
    LZ4F_freeDecompressionContext(of_lz4_frames);
    ZSTD_freeDCtx(of_zstd_frames);
  }
  LZ4F_dctx* of_lz4_frames = nullptr;
  ZSTD_DCtx* of_zstd_frames = nullptr;
};

decompressor::decompressor(std::size_t bytes_max) : bytes_max_(bytes_max), contexts_(std::make_unique<contexts>()) {}
decompressor::~decompressor() = default;

// One byte more than may come, so that too much is told from just enough.
char* decompressor::next_piece(buffer& raw, std::size_t& room) const {
  room = std::min(piece_bytes, bytes_max_ + 1 - raw.size());
  return room == 0 ? nullptr : raw.extend(room);
}

result decompressor::run(int codec_number, std::string_view packed, buffer& raw) {
  raw.clear();
  result is = result::unknown;
  if (codec_number == of_gzip) is = gzip(packed, raw);
  if (codec_number == of_snappy) is = snappy(packed, raw);
  if (codec_number == of_lz4) is = lz4(packed, raw);
  if (codec_number == of_zstd) is = zstd(packed, raw);
  return is == result::done && raw.size() > bytes_max_ ? result::too_large : is;
}

result decompressor::gzip(std::string_view packed, buffer& raw) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip_window_bits) != Z_OK) return result::damaged;
  // zlib does not write there.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast,cppcoreguidelines-pro-type-reinterpret-cast)
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  result ends = result::too_large;
  std::size_t room = 0;
  while (char* const at = next_piece(raw, room)) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    stream.next_out = reinterpret_cast<Bytef*>(at);
    stream.avail_out = static_cast<uInt>(room);
    const int is = inflate(&stream, Z_NO_FLUSH);
    raw.shrink_to(raw.size() - stream.avail_out);
    if (is == Z_OK && stream.avail_out == 0) continue;
    ends = is == Z_STREAM_END ? result::done : result::damaged;
    break;
  }
  inflateEnd(&stream);
  return ends;
}

std::string_view decompressor::name_of(int codec_number) noexcept {
  constexpr std::string_view names[] = {"none", "gzip", "snappy", "lz4", "zstd"};
  return codec_number >= 0 && codec_number < static_cast<int>(std::size(names)) ? names[codec_number] : "unknown";
}

result decompressor::snappy(std::string_view packed, buffer& raw) const {
  if (!packed.starts_with(java_begin)) return snappy_block(packed, raw);
  if (packed.size() < java_head_bytes) return result::damaged;
  packed.remove_prefix(java_head_bytes);
  while (!packed.empty()) {
    if (packed.size() < length_bytes) return result::damaged;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) bytes = bytes << 8 | static_cast<unsigned char>(packed[i]);
    packed.remove_prefix(length_bytes);
    if (bytes > packed.size()) return result::damaged;
    if (const result is = snappy_block(packed.substr(0, bytes), raw); is != result::done) return is;
    packed.remove_prefix(bytes);
  }
  return result::done;
}

result decompressor::snappy_block(std::string_view packed, buffer& raw) const {
  std::size_t bytes = 0;
  if (!::snappy::GetUncompressedLength(packed.data(), packed.size(), &bytes) ||
      bytes / snappy_ratio_max > packed.size())
    return result::damaged;
  if (bytes > bytes_max_ - std::min(bytes_max_, raw.size())) return result::too_large;
  const std::size_t before = raw.size();
  char* const to = raw.extend(bytes);
  if (::snappy::RawUncompress(packed.data(), packed.size(), to)) return result::done;
  raw.shrink_to(before);
  return result::damaged;
}

result decompressor::lz4(std::string_view packed, buffer& raw) {
  LZ4F_dctx*& context = contexts_->of_lz4_frames;
  if (context == nullptr && LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) != 0)
    return result::damaged;
  LZ4F_resetDecompressionContext(context);
  std::size_t room = 0;
  while (char* const at = next_piece(raw, room)) {
    std::size_t made = room;
    std::size_t taken = packed.size();
    const std::size_t hint = LZ4F_decompress(context, at, &made, packed.data(), &taken, nullptr);
    raw.shrink_to(raw.size() - (room - made));
    packed.remove_prefix(taken);
    if (hint == 0) return result::done;
    if (LZ4F_isError(hint) != 0 || (made == 0 && taken == 0)) return result::damaged;
  }
  return result::too_large;
}

result decompressor::zstd(std::string_view packed, buffer& raw) {
  ZSTD_DCtx*& context = contexts_->of_zstd_frames;
  if (context == nullptr) context = ZSTD_createDCtx();
  if (context == nullptr) return result::damaged;
  ZSTD_DCtx_reset(context, ZSTD_reset_session_only);
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::size_t room = 0;
  while (char* const at = next_piece(raw, room)) {
    ZSTD_outBuffer out{at, room, 0};
    const std::size_t before = in.pos;
    const std::size_t hint = ZSTD_decompressStream(context, &out, &in);
    raw.shrink_to(raw.size() - (room - out.pos));
    if (hint == 0) return result::done;
    if (ZSTD_isError(hint) != 0 || (out.pos == 0 && in.pos == before)) return result::damaged;
  }
  return result::too_large;
}

}  // namespace batching::kafka::wire
