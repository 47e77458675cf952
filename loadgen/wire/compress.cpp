#include "loadgen/wire/compress.h"

#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <memory>
#include <stdexcept>

namespace loadgen::wire {

namespace {

void grow(std::vector<char>& into, std::size_t size) {
  if (into.size() < size) into.resize(size);
}

std::size_t with_zstd(std::string_view bytes, std::vector<char>& into, std::size_t head_room) {
  thread_local const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  grow(into, head_room + ZSTD_compressBound(bytes.size()));
  const std::size_t size =
      ZSTD_compressCCtx(context.get(), into.data() + head_room, into.size() - head_room, bytes.data(), bytes.size(), 1);
  if (ZSTD_isError(size) != 0) throw std::runtime_error(ZSTD_getErrorName(size));
  return size;
}

std::size_t with_lz4(std::string_view bytes, std::vector<char>& into, std::size_t head_room) {
  grow(into, head_room + LZ4F_compressFrameBound(bytes.size(), nullptr));
  const std::size_t size =
      LZ4F_compressFrame(into.data() + head_room, into.size() - head_room, bytes.data(), bytes.size(), nullptr);
  if (LZ4F_isError(size) != 0U) throw std::runtime_error(LZ4F_getErrorName(size));
  return size;
}

struct gzip_stream {
  z_stream z{};
  gzip_stream() {
    constexpr int gzip_window = 15 + 16;  // +16: gzip framing instead of zlib's
    if (deflateInit2(&z, 1, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  }
  ~gzip_stream() { deflateEnd(&z); }
  gzip_stream(const gzip_stream&) = delete;
  gzip_stream& operator=(const gzip_stream&) = delete;
};

std::size_t with_gzip(std::string_view bytes, std::vector<char>& into, std::size_t head_room) {
  thread_local gzip_stream stream;
  deflateReset(&stream.z);
  grow(into, head_room + deflateBound(&stream.z, bytes.size()));
  // zlib's interface lacks const; it does not write here.
  stream.z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.z.avail_in = static_cast<uInt>(bytes.size());
  stream.z.next_out = reinterpret_cast<Bytef*>(into.data() + head_room);
  stream.z.avail_out = static_cast<uInt>(into.size() - head_room);
  if (deflate(&stream.z, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("gzip ran out of room");
  return stream.z.total_out;
}

}  // namespace

std::size_t compress(plan::body_encoding encoding, std::string_view bytes, std::vector<char>& into,
                     std::size_t head_room) {
  switch (encoding) {
    case plan::body_encoding::gzip: return with_gzip(bytes, into, head_room);
    case plan::body_encoding::zstd: return with_zstd(bytes, into, head_room);
    case plan::body_encoding::lz4: return with_lz4(bytes, into, head_room);
    case plan::body_encoding::identity: break;
  }
  grow(into, head_room + bytes.size());
  bytes.copy(into.data() + head_room, bytes.size());
  return bytes.size();
}

}  // namespace loadgen::wire
