#include <zstd.h>

#include <new>

#include "gateway/decode/codecs.h"
#include "gateway/decode/decompress.h"

namespace gateway::decode {
namespace {

class zstd final : public codec {
 public:
  zstd() { create(); }

  void begin() override {
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
    next_frame();
  }
  void next_frame() override {
    at_start_ = true;
    written_ = 0;
  }
  void shrink(std::size_t kept) override {
    if (ZSTD_sizeof_DCtx(context_.get()) > kept) create();
  }

  [[nodiscard]] std::size_t announced_bytes(std::string_view in) const override {
    const unsigned long long size = ZSTD_getFrameContentSize(in.data(), in.size());
    const bool says = size != ZSTD_CONTENTSIZE_UNKNOWN && size != ZSTD_CONTENTSIZE_ERROR;
    return says ? static_cast<std::size_t>(size) : 0;
  }

  codec_step step(std::string_view in, char* out, std::size_t out_bytes) override {
    if (at_start_) announced_ = ZSTD_getFrameContentSize(in.data(), in.size());
    at_start_ = false;
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out, out_bytes, 0};
    const std::size_t code = ZSTD_decompressStream(context_.get(), &to, &from);
    codec_step done{from.pos, to.pos, code == 0, nullptr};
    written_ += to.pos;
    if (ZSTD_isError(code)) done.problem = ZSTD_getErrorName(code);
    if (done.frame_done && !as_announced()) done.problem = "a frame holds another number of bytes than its header says";
    return done;
  }

 private:
  /// libzstd checks it when the whole frame fits the room it is given, else not always (1.5.4: not before an empty last
  /// block).
  [[nodiscard]] bool as_announced() const noexcept {
    return announced_ == ZSTD_CONTENTSIZE_UNKNOWN || announced_ == ZSTD_CONTENTSIZE_ERROR || announced_ == written_;
  }

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
  bool at_start_ = true;                                     // of a frame
  unsigned long long announced_ = ZSTD_CONTENTSIZE_UNKNOWN;  // bytes, by this frame's header
  unsigned long long written_ = 0;                           // bytes of this frame
};

}  // namespace

std::unique_ptr<codec> make_zstd() { return std::make_unique<zstd>(); }

}  // namespace gateway::decode
