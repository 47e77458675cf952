// The head of one HTTP/1.x request as request_parser found it. Views point into the bytes that were parsed.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gateway::http1 {

enum class method : std::uint8_t {
  get,
  head,
  post,
  put,
  delete_,
  options,
  known,  // PATCH, TRACE, CONNECT, QUERY: registered ones that no endpoint of ours has
  unknown,
};

/// Fields we read. Every other field is checked for its form and forgotten.
enum class field : std::uint8_t {
  accept,
  authorization,
  ce_specversion,
  connection,
  content_encoding,
  content_length,
  content_type,
  expect,
  headgate_key,
  headgate_partial,
  host,
  origin,
  traceparent,
  transfer_encoding,
  x_api_key,
};
inline constexpr std::size_t fields = 15;

enum class framing : std::uint8_t { none, length, chunked };

struct request_head {
  http1::method method = http1::method::unknown;
  http1::framing framing = http1::framing::none;
  bool keep_alive = true;
  bool expects_continue = false;
  bool has_ce = false;  // a field whose name begins with ce-
  bool has_record_fields =
      false;  // Headgate-*, tracestate or Idempotency-Key, beside those that have a value of their own below
  std::uint8_t minor_version = 1;
  std::uint32_t seen = 0;        // bit i: field i is there
  std::uint32_t repeated = 0;    // bit i: field i is there more than once (its first value is kept)
  std::uint32_t head_bytes = 0;  // request line, fields and the empty line
  std::uint64_t body_bytes = 0;  // with framing::length
  std::string_view target;
  std::string_view lines;  // every field as it was sent: "Name: value" CR LF and so on (field_lines.h)
  std::array<std::string_view, fields> values;

  [[nodiscard]] std::string_view operator[](field f) const noexcept { return values[static_cast<std::size_t>(f)]; }
  [[nodiscard]] bool has(field f) const noexcept { return (seen >> static_cast<int>(f) & 1) != 0; }
  [[nodiscard]] bool has_repeated(field f) const noexcept { return (repeated >> static_cast<int>(f) & 1) != 0; }
};

}  // namespace gateway::http1
