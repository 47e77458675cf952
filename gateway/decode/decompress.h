// Undoes Content-Encoding and the compression of TCP frames: gzip, deflate, zstd, lz4 (frame format) and snappy, with a
// hard bound on what may come out, so a bomb costs no more than that bound. One a lane; keeps its contexts from body to
// body.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/decode/buffer.h"

namespace gateway::decode {

enum class encoding : std::uint8_t { identity, gzip, zstd, lz4, deflate, snappy };

/// A Content-Encoding token, in any case: identity, gzip or x-gzip, zstd, lz4, deflate, snappy. nullopt: one we do not
/// know -> 415.
[[nodiscard]] std::optional<encoding> parse_encoding(std::string_view token) noexcept;
[[nodiscard]] std::string_view name(encoding) noexcept;

enum class decompress_errc : std::uint8_t {
  too_large,  // more than the caller's bound would come out                      -> 413
  corrupt,    // truncated, damaged, or followed by bytes that are no further frame -> 400
};
struct decompress_error {
  decompress_errc code;
  std::string detail;  // what is wrong and what to change, for people
};

class decompressor {
 public:
  using result = boost::system::result<std::string_view, decompress_error>;

  /// The largest zstd window we allocate for; RFC 9659 asks HTTP clients to stay within it.
  static constexpr int zstd_window_log_max = 23;
  /// Contexts that hold more than this after a body are given back.
  static constexpr std::size_t context_bytes_kept = 1024 * 1024;

  decompressor();
  ~decompressor();
  decompressor(const decompressor&) = delete;
  decompressor& operator=(const decompressor&) = delete;

  /// The whole of `in` (every gzip member, every frame) into `out`, at most `out_max` bytes. The result is out.view():
  /// valid until `out` is used again, with buffer::padding_bytes readable behind it. Never reserves more than `out_max`
  /// and the padding. identity copies.
  result run(encoding how, std::string_view in, std::size_t out_max, buffer& out);

  /// The same in steps: go_on() until it has a result. `in` and `out` stay where they are until then, and nothing else
  /// is begun; a begin() before it gives the old body up.
  void begin(encoding how, std::string_view in, std::size_t out_max, buffer& out);
  /// Does about as much work as `work_bytes` bytes of output cost; each frame costs something too. nullopt: call again.
  /// snappy and identity are done in one step.
  std::optional<result> go_on(std::size_t work_bytes);

 private:
  struct contexts;
  result whole();

  std::unique_ptr<contexts> contexts_;
};

}  // namespace gateway::decode
