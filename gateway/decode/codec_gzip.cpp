#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "gateway/decode/codecs.h"

namespace gateway::decode {
namespace {

constexpr int gzip_only = 16 + MAX_WBITS;

class gzip final : public codec {
 public:
  gzip() {
    if (inflateInit2(&stream_, gzip_only) != Z_OK) throw std::bad_alloc();
  }
  ~gzip() override { inflateEnd(&stream_); }
  gzip(const gzip&) = delete;
  gzip& operator=(const gzip&) = delete;

  void begin() override { inflateReset(&stream_); }
  void next_frame() override { inflateReset(&stream_); }
  void shrink(std::size_t) override {}  // about 40 KiB, always

  codec_step step(std::string_view in, char* out, std::size_t out_bytes) override {
    constexpr std::size_t most = std::numeric_limits<uInt>::max();
    stream_.next_in = reinterpret_cast<const Bytef*>(in.data());
    stream_.avail_in = static_cast<uInt>(std::min(in.size(), most));
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(std::min(out_bytes, most));
    const auto in_before = stream_.avail_in;
    const auto out_before = stream_.avail_out;
    const int code = inflate(&stream_, Z_NO_FLUSH);
    codec_step done{in_before - stream_.avail_in, out_before - stream_.avail_out, code == Z_STREAM_END, nullptr};
    if (code == Z_MEM_ERROR) throw std::bad_alloc();
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
      done.problem = stream_.msg != nullptr ? stream_.msg : "not gzip";
    return done;
  }

 private:
  z_stream stream_{};
};

}  // namespace

std::unique_ptr<codec> make_gzip() { return std::make_unique<gzip>(); }

}  // namespace gateway::decode
