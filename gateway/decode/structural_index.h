// The positions of a JSON text's tokens: simdjson's first stage (SIMD, picked for the CPU at run time), and no more
// of it. The one file that leans on simdjson's semi-internal interface. Used by the decoder, one a lane.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace gateway::decode {

class structural_index {
 public:
  /// The bytes that stay allocated between bodies: 4 bytes an indexed byte.
  static constexpr std::size_t kept_bytes_max = 64 * 1024;

  enum class verdict : std::uint8_t {
    ok,     // begin()..end() are the tokens; every string is closed, holds no control character; all is UTF-8
    blank,  // white space only
    bad,    // not UTF-8, an open string or a control character in one: somewhere in the text
  };

  structural_index();
  ~structural_index();
  structural_index(const structural_index&) = delete;
  structural_index& operator=(const structural_index&) = delete;

  /// Offsets (from 0) of: each of `{}[]:,` outside strings, each opening quote, the first byte of anything else that is
  /// not white space. A quote directly behind a number or literal is not indexed: whoever reads one looks behind it.
  /// Reads `text` only. Throws std::bad_alloc.
  verdict scan(std::string_view text);

  [[nodiscard]] const std::uint32_t* begin() const noexcept { return begin_; }
  [[nodiscard]] const std::uint32_t* end() const noexcept { return end_; }
  /// Makes end()[0] and end()[1] readable: both say `offset`. A reader of tokens meets them instead of an end.
  void guard(std::uint32_t offset) noexcept;
  /// Gives back what a large text needed.
  void shrink() noexcept;

 private:
  struct parser;
  std::unique_ptr<parser> parser_;
  std::uint32_t* begin_ = nullptr;
  std::uint32_t* end_ = nullptr;
};

}  // namespace gateway::decode
