#include "gateway/decode/snappy.h"

#include <snappy.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "batching/crc32c.h"

namespace gateway::decode {
namespace {

constexpr std::string_view framed_begin("\xff\x06\x00\x00sNaPpY", 10);
constexpr std::string_view kafka_begin("\x82SNAPPY\x00", 8);
constexpr std::size_t kafka_head_bytes = 16;  // behind its name two versions of four bytes each
constexpr std::size_t chunk_head_bytes = 4;
constexpr std::size_t checksum_bytes = 4;
// An element of at least two bytes copies at most 64: what claims to be more does so to make us reserve it.
constexpr std::size_t ratio_max = 64;

std::uint32_t little(std::string_view in, std::size_t bytes) noexcept {
  std::uint32_t value = 0;
  for (std::size_t i = bytes; i-- > 0;) value = value << 8 | static_cast<unsigned char>(in[i]);
  return value;
}
std::uint32_t big(std::string_view four) noexcept {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(four[i]);
  return value;
}

/// As the framing format stores them.
std::uint32_t masked_checksum(std::string_view plain) noexcept {
  return std::rotr(batching::crc32c(plain), 15) + 0xa282ead8U;
}

class unpacking {
 public:
  unpacking(std::string_view in, std::size_t out_max, buffer& out) : rest_(in), out_max_(out_max), out_(&out) {}

  snappy_verdict run() {
    if (rest_.starts_with(framed_begin))
      framed();
    else if (rest_.starts_with(kafka_begin))
      blocks();
    else
      static_cast<void>(block(rest_));
    return verdict_;
  }

 private:
  void fail(const char* problem) noexcept { verdict_.problem = problem; }
  [[nodiscard]] bool good() const noexcept { return verdict_.problem == nullptr && !verdict_.too_large; }

  std::string_view take(std::size_t bytes) noexcept {
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }

  char* reserve(std::size_t bytes) {
    const std::size_t held = out_->view().size();
    if (bytes > out_max_ - held) {
      verdict_.too_large = true;
      return nullptr;
    }
    if (out_->free_bytes() < bytes) out_->reserve(std::min(out_max_, std::max(held + bytes, out_->capacity() * 2)));
    return out_->free_space();
  }

  /// One compressed block; what it held.
  std::string_view block(std::string_view packed) {
    std::size_t bytes = 0;
    if (!snappy::GetUncompressedLength(packed.data(), packed.size(), &bytes) || bytes / ratio_max > packed.size()) {
      fail("a block does not say what it holds");
      return {};
    }
    char* const to = reserve(bytes);
    if (to == nullptr) return {};
    if (!snappy::RawUncompress(packed.data(), packed.size(), to)) {
      fail("a block is damaged or cut off");
      return {};
    }
    out_->commit(bytes);
    return {to, bytes};
  }

  void plain(std::string_view text) {
    char* const to = reserve(text.size());
    if (to == nullptr) return;
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    out_->commit(text.size());
  }

  void framed() {
    while (good() && !rest_.empty()) {
      if (rest_.size() < chunk_head_bytes) return fail("it ends too early");
      const auto type = static_cast<unsigned char>(rest_.front());
      const std::size_t bytes = little(take(chunk_head_bytes).substr(1), 3);
      if (bytes > rest_.size()) return fail("it ends too early");
      chunk(type, take(bytes));
    }
  }

  void chunk(unsigned type, std::string_view data) {
    constexpr unsigned compressed = 0x00, uncompressed = 0x01, first_skippable = 0x80, stream_identifier = 0xff;
    if (type == stream_identifier) {
      if (data != framed_begin.substr(chunk_head_bytes)) fail("a stream identifier is damaged");
      return;
    }
    if (type >= first_skippable) return;
    if (type > uncompressed) return fail("it has a chunk of a type that nobody knows");
    if (data.size() < checksum_bytes) return fail("a chunk has no checksum");
    const std::uint32_t checksum = little(data, checksum_bytes);
    data.remove_prefix(checksum_bytes);
    std::string_view held = data;
    if (type == compressed)
      held = block(data);
    else
      plain(data);
    if (good() && masked_checksum(held) != checksum) fail("a checksum does not match");
  }

  void blocks() {
    if (rest_.size() < kafka_head_bytes) return fail("it ends too early");
    take(kafka_head_bytes);
    while (good() && !rest_.empty()) {
      if (rest_.size() < chunk_head_bytes) return fail("it ends too early");
      const std::size_t bytes = big(take(chunk_head_bytes));
      if (bytes > rest_.size()) return fail("it ends too early");
      static_cast<void>(block(take(bytes)));
    }
  }

  std::string_view rest_;
  std::size_t out_max_;
  buffer* out_;
  snappy_verdict verdict_;
};

}  // namespace

snappy_verdict run_snappy(std::string_view in, std::size_t out_max, buffer& out) {
  out.reserve(0);
  return unpacking(in, out_max, out).run();
}

}  // namespace gateway::decode
