// Takes the framing out of a chunked body, in place, strictly: sizes are hexadecimal digits, lines end in CR LF,
// extensions and trailers are checked, bounded and dropped. Sans-I/O, resumable at every byte.
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/http1/chunk_extension.h"
#include "gateway/http1/problem.h"

namespace gateway::http1 {

class chunk_decoder {
 public:
  static constexpr std::uint32_t extension_bytes_max = 16 * 1024;  // of all chunks of a body together
  static constexpr std::uint32_t trailer_bytes_max = 8 * 1024;
  static constexpr std::uint32_t trailers_max = 64;

  enum class status : std::uint8_t { need_more, done, failed };
  struct progress {
    chunk_decoder::status status = status::need_more;
    std::size_t consumed = 0;  // of the input; after `done`, what follows is the next request
    std::size_t produced = 0;  // bytes of the body written to `out`
  };

  explicit chunk_decoder(std::uint64_t body_bytes_max) noexcept : left_(body_bytes_max), max_(body_bytes_max) {}

  /// `out` may be `in.data()` or before it in the same buffer: never more is written than was read.
  progress feed(std::string_view in, char* out);

  [[nodiscard]] const problem& error() const noexcept { return error_; }

 private:
  enum class stage : std::uint8_t {
    size_first,
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_first,
    trailer_name,
    trailer_value,
    trailer_lf,
    last_lf,
    done
  };
  bool step(char c);
  bool size_digit(char c);
  bool size_end(char c);
  bool extension_byte(char c);
  bool trailer_byte(char c);
  bool expect(char c, char wanted, stage next);
  bool fail(errc code, std::string_view detail);

  stage stage_ = stage::size_first;
  chunk_extension extension_;
  std::uint8_t digits_ = 0;
  std::uint32_t extension_bytes_ = 0;
  std::uint32_t trailer_bytes_ = 0;
  std::uint32_t trailers_ = 0;
  std::uint64_t chunk_ = 0;  // bytes of the current chunk still to come
  std::uint64_t left_;
  std::uint64_t max_;
  problem error_;
};

}  // namespace gateway::http1
