#include <lz4frame.h>

#include <new>

#include "gateway/decode/codecs.h"

namespace gateway::decode {
namespace {

class lz4 final : public codec {
 public:
  lz4() { create(); }

  void begin() override {
    LZ4F_resetDecompressionContext(context_.get());
    taken_ = 0;
  }
  void next_frame() override {}
  void shrink(std::size_t kept) override {
    // The context does not tell its size: it reserves for the largest block a frame may have (up to 4 MiB, twice), but
    // touches no more of that than comes out.
    if (taken_ > kept) create();
  }

  codec_step step(std::string_view in, char* out, std::size_t out_bytes) override {
    std::size_t read = in.size();
    std::size_t written = out_bytes;
    const std::size_t code = LZ4F_decompress(context_.get(), out, &written, in.data(), &read, nullptr);
    if (LZ4F_isError(code)) return {0, 0, false, LZ4F_getErrorName(code)};
    taken_ += written;
    return {read, written, code == 0, nullptr};
  }

 private:
  struct free_context {
    void operator()(LZ4F_dctx* context) const noexcept { LZ4F_freeDecompressionContext(context); }
  };
  void create() {
    context_.reset();
    LZ4F_dctx* made = nullptr;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&made, LZ4F_VERSION))) throw std::bad_alloc();
    context_.reset(made);
  }
  std::unique_ptr<LZ4F_dctx, free_context> context_;
  std::size_t taken_ = 0;  // bytes out since begin()
};

}  // namespace

std::unique_ptr<codec> make_lz4() { return std::make_unique<lz4>(); }

}  // namespace gateway::decode
