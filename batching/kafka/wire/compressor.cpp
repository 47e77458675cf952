#include "batching/kafka/wire/compressor.h"

#include <lz4frame.h>
#include <zstd.h>

namespace batching::kafka::wire {

compressor::compressor() = default;
compressor::~compressor() = default;

void compressor::zstd_deleter::operator()(ZSTD_CCtx_s* context) const noexcept { ZSTD_freeCCtx(context); }

bool compressor::compress(compression how, std::string_view raw, buffer& to) {
  const std::size_t before = to.size();
  std::size_t made = 0;  // 0: it could not be compressed, or not into less
  if (how.with == codec::zstd) made = zstd(how.level, raw, to);
  if (how.with == codec::lz4) made = lz4(how.level, raw, to);
  const bool is_smaller = made > 0 && made < raw.size();
  to.shrink_to(is_smaller ? before + made : before);
  return is_smaller;
}

std::size_t compressor::zstd(int level, std::string_view raw, buffer& to) {
  if (!zstd_) zstd_.reset(ZSTD_createCCtx());
  if (!zstd_) return 0;
  const std::size_t room = ZSTD_compressBound(raw.size());
  char* const at = to.extend(room);
  const std::size_t made = ZSTD_compressCCtx(zstd_.get(), at, room, raw.data(), raw.size(), level);
  return ZSTD_isError(made) != 0 ? 0 : made;
}

std::size_t compressor::lz4(int level, std::string_view raw, buffer& to) {
  LZ4F_preferences_t preferences{};
  preferences.compressionLevel = level;
  preferences.frameInfo.blockMode = LZ4F_blockIndependent;
  preferences.frameInfo.contentSize = raw.size();
  const std::size_t room = LZ4F_compressFrameBound(raw.size(), &preferences);
  char* const at = to.extend(room);
  const std::size_t made = LZ4F_compressFrame(at, room, raw.data(), raw.size(), &preferences);
  return LZ4F_isError(made) != 0 ? 0 : made;
}

}  // namespace batching::kafka::wire
