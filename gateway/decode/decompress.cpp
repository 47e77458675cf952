#include "gateway/decode/decompress.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "gateway/decode/codecs.h"
#include "gateway/decode/snappy.h"

namespace gateway::decode {
namespace {

using result = decompressor::result;

constexpr std::size_t first_reserve = 16 * 1024;
constexpr std::size_t frame_cost_bytes = 1024;  // beginning a member or frame costs as much as that many bytes
constexpr std::size_t step_bytes_min = 4096;
constexpr std::size_t usual_ratio = 4;  // JSON events: zstd 3.3-3.8

bool equal_ignoring_case(std::string_view a, std::string_view lower) noexcept {
  const auto same = [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + ('a' - 'A') : x) == y; };
  return std::ranges::equal(a, lower, same);
}

decompress_error too_large(std::size_t out_max) {
  return {decompress_errc::too_large,
          "the body decompresses to more than " + std::to_string(out_max) + " bytes; send it in parts"};
}

decompress_error corrupt(encoding how, std::string_view problem) {
  return {decompress_errc::corrupt, "the body is not valid " + std::string(name(how)) + ": " + std::string(problem)};
}

/// Runs one codec over all frames of one body.
class decompression {
 public:
  decompression(codec& with, encoding how, std::string_view in, std::size_t out_max, buffer& out)
      : codec_(&with), how_(how), rest_(in), out_max_(out_max), out_(&out) {}

  std::optional<result> go_on(std::size_t work_bytes) {
    if (!std::exchange(begun_, true)) {
      const std::size_t announced = codec_->announced_bytes(rest_);
      if (announced > out_max_) return too_large(out_max_);
      reserve_first(announced);
      codec_->begin();
    }
    std::size_t worked = 0;
    while (!rest_.empty() || !frame_done_) {
      if (worked >= work_bytes) return std::nullopt;
      if (frame_done_) codec_->next_frame();
      const codec_step done = step(work_bytes - worked);
      worked += done.written + frame_cost_bytes;
      if (done.problem != nullptr) return corrupt(how_, first_frame_ ? done.problem : "bytes behind its end");
      if (out_->view().size() > out_max_) return too_large(out_max_);
      if (done.frame_done) first_frame_ = false;
      const bool stuck = done.read == 0 && done.written == 0 && !done.frame_done;
      if (stuck) return corrupt(how_, "it ends too early");
    }
    return out_->view();
  }

 private:
  void reserve_first(std::size_t announced) {
    const std::size_t guess = announced != 0 ? announced : std::max(first_reserve, rest_.size() * usual_ratio);
    out_->reserve(std::min(guess, out_max_));
  }

  /// At the bound, one byte of the padding tells whether there is more.
  codec_step step(std::size_t at_most) {
    if (out_->free_bytes() == 0 && out_->capacity() < out_max_)
      out_->reserve(std::min(out_max_, std::max(first_reserve, out_->capacity() * 2)));
    const bool at_bound = out_->view().size() + out_->free_bytes() >= out_max_;
    const std::size_t free = std::min(out_->free_bytes(), out_max_ - out_->view().size()) + (at_bound ? 1 : 0);
    const std::size_t room = std::min(free, std::max(at_most, step_bytes_min));
    const codec_step done = codec_->step(rest_, out_->free_space(), room);
    out_->commit(done.written);
    rest_.remove_prefix(done.read);
    frame_done_ = done.frame_done;
    return done;
  }

  codec* codec_;
  encoding how_;
  std::string_view rest_;
  std::size_t out_max_;
  buffer* out_;
  bool begun_ = false;
  bool frame_done_ = false;
  bool first_frame_ = true;
};

}  // namespace

std::optional<encoding> parse_encoding(std::string_view token) noexcept {
  if (equal_ignoring_case(token, "identity")) return encoding::identity;
  if (equal_ignoring_case(token, "gzip") || equal_ignoring_case(token, "x-gzip")) return encoding::gzip;
  if (equal_ignoring_case(token, "zstd")) return encoding::zstd;
  if (equal_ignoring_case(token, "lz4")) return encoding::lz4;
  if (equal_ignoring_case(token, "deflate")) return encoding::deflate;
  if (equal_ignoring_case(token, "snappy") || equal_ignoring_case(token, "x-snappy-framed")) return encoding::snappy;
  return std::nullopt;
}

std::string_view name(encoding how) noexcept {
  static constexpr std::array<std::string_view, 6> names{"identity", "gzip", "zstd", "lz4", "deflate", "snappy"};
  return names[static_cast<std::size_t>(how)];
}

struct decompressor::contexts {
  encoding how = encoding::identity;
  std::string_view in;
  std::size_t out_max = 0;
  buffer* out = nullptr;
  std::optional<decompression> current;          // of a codec
  std::array<std::unique_ptr<codec>, 6> codecs;  // made on first use

  codec& of(encoding named) {
    auto& made = codecs[static_cast<std::size_t>(named)];
    if (!made) made = make(named);
    return *made;
  }
  static std::unique_ptr<codec> make(encoding named) {
    switch (named) {
      case encoding::gzip: return make_gzip();
      case encoding::deflate: return make_deflate();
      case encoding::zstd: return make_zstd();
      default: return make_lz4();
    }
  }
};

decompressor::decompressor() : contexts_(std::make_unique<contexts>()) {}
decompressor::~decompressor() = default;

result decompressor::run(encoding how, std::string_view in, std::size_t out_max, buffer& out) {
  begin(how, in, out_max, out);
  return *go_on(SIZE_MAX);
}

void decompressor::begin(encoding how, std::string_view in, std::size_t out_max, buffer& out) {
  out.clear();
  contexts_->how = how;
  contexts_->in = in;
  contexts_->out_max = out_max;
  contexts_->out = &out;
  contexts_->current.reset();
  if (how == encoding::identity || how == encoding::snappy) return;
  contexts_->current.emplace(contexts_->of(how), how, in, out_max, out);
}

std::optional<result> decompressor::go_on(std::size_t work_bytes) {
  contexts& of = *contexts_;
  if (!of.current) return whole();
  auto done = of.current->go_on(work_bytes);
  if (!done) return std::nullopt;
  of.current.reset();
  of.of(of.how).shrink(context_bytes_kept);
  return done;
}

result decompressor::whole() {
  buffer& out = *contexts_->out;
  const std::string_view in = contexts_->in;
  const std::size_t out_max = contexts_->out_max;
  if (contexts_->how == encoding::snappy) {
    const snappy_verdict done = run_snappy(in, out_max, out);
    if (done.too_large) return too_large(out_max);
    if (done.problem != nullptr) return corrupt(encoding::snappy, done.problem);
    return out.view();
  }
  if (in.size() > out_max) return too_large(out_max);
  out.reserve(in.size());
  if (!in.empty()) std::memcpy(out.free_space(), in.data(), in.size());
  out.commit(in.size());
  return out.view();
}

}  // namespace gateway::decode
