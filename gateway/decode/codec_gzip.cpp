#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "gateway/decode/codecs.h"

namespace gateway::decode {
namespace {

constexpr int gzip_only = 16 + MAX_WBITS;

/// Two bytes of zlib's own (RFC 1950) before the compressed data; clients leave them out as often as not.
bool has_zlib_head(std::string_view in) noexcept {
  if (in.size() < 2) return true;
  const unsigned first = static_cast<unsigned char>(in[0]);
  const unsigned second = static_cast<unsigned char>(in[1]);
  return (first & 0x0f) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
}

class inflater final : public codec {
 public:
  explicit inflater(bool is_gzip) : is_gzip_(is_gzip) {
    if (inflateInit2(&stream_, is_gzip ? gzip_only : MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~inflater() override { inflateEnd(&stream_); }
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;

  void begin() override { next_frame(); }
  void next_frame() override {
    inflateReset(&stream_);
    is_new_ = true;
  }
  void shrink(std::size_t) override {}  // about 40 KiB, always

  codec_step step(std::string_view in, char* out, std::size_t out_bytes) override {
    if (is_new_ && !is_gzip_) inflateReset2(&stream_, has_zlib_head(in) ? MAX_WBITS : -MAX_WBITS);
    is_new_ = false;
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
      done.problem = stream_.msg != nullptr ? stream_.msg : "not what it says";
    return done;
  }

 private:
  z_stream stream_{};
  bool is_gzip_;
  bool is_new_ = true;  // nothing of the frame was read yet
};

}  // namespace

std::unique_ptr<codec> make_gzip() { return std::make_unique<inflater>(true); }
std::unique_ptr<codec> make_deflate() { return std::make_unique<inflater>(false); }

}  // namespace gateway::decode
