// The strict reader of HTTP/1.x request heads: sans-I/O, resumable, no allocation. It refuses all that RFC 9112 leaves
// to a recipient's leniency, so that nobody in front of us can read the same bytes otherwise
// (docs/adr/0002). Each HTTP session has one while a head is incomplete; chunk_decoder reads chunked bodies.
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/http1/problem.h"
#include "gateway/http1/request.h"

namespace gateway::http1 {

struct head_limits {
  std::uint32_t bytes_max = 16 * 1024;
  std::uint32_t fields_max = 64;
};

class request_parser {
 public:
  enum class status : std::uint8_t { need_more, done, failed };

  explicit request_parser(head_limits limits) noexcept : limits_(limits) {}

  /// `bytes`: everything received of this request so far, from its first byte; the same bytes again plus more after
  /// need_more, wherever they lie now. Bytes read before are not read again. Bytes behind the head are not touched.
  status feed(std::string_view bytes);

  /// After `done`; the views point into the last `bytes`.
  [[nodiscard]] const request_head& head() const noexcept { return head_; }
  /// After `failed`. The connection cannot be used any more: where the next request begins is unknown.
  [[nodiscard]] const problem& error() const noexcept { return error_; }

  void reset() noexcept;

 private:
  struct place {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };
  enum class stage : std::uint8_t { before_line, request_line, field_lines };

  status fail(errc code, std::string_view detail);
  status take_line(std::string_view bytes, std::string_view line);
  status request_line(std::string_view bytes, std::string_view line);
  status version(std::string_view text);
  status field_line(std::string_view bytes, std::string_view line);
  status keep(std::string_view bytes, field which, std::string_view value);
  status end_of_head(std::string_view bytes);
  status check_host();
  status check_framing();
  status check_connection_and_expect();

  head_limits limits_;
  stage stage_ = stage::before_line;
  std::uint32_t line_at_ = 0;   // where the line being read begins
  std::uint32_t lines_at_ = 0;  // where the fields begin
  std::uint32_t seen_to_ = 0;   // bytes before this hold no line end of that line
  std::uint32_t fields_ = 0;
  bool closes_ = false;  // Connection: close, keep-alive; over all lines of the field
  bool keeps_ = false;
  place target_;
  std::array<place, fields> places_{};
  request_head head_;
  problem error_;
};

}  // namespace gateway::http1
