#pragma once

// Reads HTTP/1.1 responses from a stream of bytes: status, the few headers that matter, body by length, chunks or end
// of connection. Knows no socket. Used by http/protocol.h.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace loadgen::http {

struct response {
  int status = 0;
  bool close = false;
  std::optional<std::chrono::milliseconds> retry_after;
  std::optional<std::uint64_t> aggregate_version;
  std::string body;
};

class response_reader {
 public:
  static constexpr std::size_t head_max = 64U << 10;
  static constexpr std::size_t body_max = 64U << 20;

  /// Consumes from the front of `bytes` until a response is whole or the bytes are used up.
  /// True: `taken()` is whole (interim 1xx are skipped). False: more is needed, or `broken()`.
  bool consume(std::string_view& bytes);

  /// The connection ended. True: that was the end of the body, and the response is whole.
  bool finish();

  bool broken() const { return !error_.empty(); }
  const std::string& error() const { return error_; }
  response& taken() { return response_; }

 private:
  enum class state { head, counted, to_end, chunk_size, chunk_data, chunk_end, trailers };

  bool take_head(std::string_view& bytes);
  bool read_head(std::string_view head);
  bool read_field(std::string_view line);
  bool take_body(std::string_view& bytes);
  bool take_line(std::string_view& bytes, std::string_view& line);
  bool read_chunk_size(std::string_view line);
  bool fail(std::string what);
  bool whole();

  state state_ = state::head;
  std::string partial_;        // of the head, or of a line between chunks
  bool partial_used_ = false;  // the line that was given out last lies in partial_
  std::uint64_t left_ = 0;
  bool chunked_ = false;
  std::optional<std::uint64_t> length_;
  response response_;
  std::string error_;
};

}  // namespace loadgen::http
