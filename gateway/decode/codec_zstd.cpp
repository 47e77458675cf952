#include <zstd.h>

#include <new>

#include "gateway/decode/codecs.h"
#include "gateway/decode/decompress.h"

namespace gateway::decode {
namespace {

class zstd final : public codec {
 public:
  zstd() { create(); }

  void begin() override { ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only); }
  void next_frame() override {}
  void shrink(std::size_t kept) override {
    if (ZSTD_sizeof_DCtx(context_.get()) > kept) create();
  }

  [[nodiscard]] std::size_t announced_bytes(std::string_view in) const override {
    const unsigned long long size = ZSTD_getFrameContentSize(in.data(), in.size());
    const bool says = size != ZSTD_CONTENTSIZE_UNKNOWN && size != ZSTD_CONTENTSIZE_ERROR;
    return says ? static_cast<std::size_t>(size) : 0;
  }

  codec_step step(std::string_view in, char* out, std::size_t out_bytes) override {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out, out_bytes, 0};
    const std::size_t code = ZSTD_decompressStream(context_.get(), &to, &from);
    codec_step done{from.pos, to.pos, code == 0, nullptr};
    if (ZSTD_isError(code)) done.problem = ZSTD_getErrorName(code);
    return done;
  }

 private:
  struct free_context {
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
  };
  void create() {
    context_.reset();
    context_.reset(ZSTD_createDCtx());
    if (!context_) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, decompressor::zstd_window_log_max);
  }
  std::unique_ptr<ZSTD_DCtx, free_context> context_;
};

}  // namespace

std::unique_ptr<codec> make_zstd() { return std::make_unique<zstd>(); }

}  // namespace gateway::decode
