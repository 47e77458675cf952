#include "gateway/http1/request_parser.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "gateway/http1/chars.h"
#include "gateway/http1/line_scan.h"
#include "gateway/http1/target_form.h"

namespace gateway::http1 {
namespace {

using status = request_parser::status;

std::optional<field> field_named(std::string_view name) noexcept {
  const auto if_named = [name](std::string_view lower_case, field f) {
    return equals_ignoring_case(name, lower_case) ? std::optional(f) : std::nullopt;
  };
  switch (name.size()) {
    case 4: return if_named("host", field::host);
    case 6:
      return lower(name[0]) == 'a'   ? if_named("accept", field::accept)
             : lower(name[0]) == 'e' ? if_named("expect", field::expect)
                                     : if_named("origin", field::origin);
    case 9: return if_named("x-api-key", field::x_api_key);
    case 10: return if_named("connection", field::connection);
    case 11: return if_named("traceparent", field::traceparent);
    case 12:
      return lower(name[0]) == 'c' ? if_named("content-type", field::content_type)
                                   : if_named("headgate-key", field::headgate_key);
    case 13: return if_named("authorization", field::authorization);
    case 14:
      return lower(name[1]) == 'o' ? if_named("content-length", field::content_length)
                                   : if_named("ce-specversion", field::ce_specversion);
    case 16:
      return lower(name[0]) == 'c' ? if_named("content-encoding", field::content_encoding)
                                   : if_named("headgate-partial", field::headgate_partial);
    case 17: return if_named("transfer-encoding", field::transfer_encoding);
    default: return std::nullopt;
  }
}

bool names_record_field(std::string_view name) noexcept {
  constexpr std::string_view ours = "headgate-";
  const char first = lower(name.front());
  if (first == 'h') return equals_ignoring_case(name.substr(0, ours.size()), ours);
  if (first == 'i') return equals_ignoring_case(name, "idempotency-key");
  return first == 't' && equals_ignoring_case(name, "tracestate");
}

method method_named(std::string_view name) noexcept {
  if (name == "POST") return method::post;
  if (name == "GET") return method::get;
  if (name == "HEAD") return method::head;
  if (name == "OPTIONS") return method::options;
  if (name == "PUT") return method::put;
  if (name == "DELETE") return method::delete_;
  for (const std::string_view other : {"PATCH", "TRACE", "CONNECT", "QUERY"})
    if (name == other) return method::known;
  return method::unknown;
}

// How many bytes from `from` on are of the class.
std::size_t run_of(std::string_view text, std::size_t from, int of) noexcept {
  std::size_t at = from;
  while (at < text.size() && is(text[at], of)) ++at;
  return at - from;
}

constexpr std::uint32_t bit(field f) noexcept { return 1U << static_cast<unsigned>(f); }

}  // namespace

void request_parser::reset() noexcept {
  stage_ = stage::before_line;
  line_at_ = seen_to_ = fields_ = 0;
  closes_ = keeps_ = false;
  head_ = request_head{};
}

status request_parser::fail(errc code, std::string_view detail) {
  error_ = {code, std::string(detail)};
  return status::failed;
}

status request_parser::feed(std::string_view bytes) {
  constexpr char tls_handshake_record = 0x16;
  if (line_at_ == 0 && bytes.starts_with(tls_handshake_record))
    return fail(errc::malformed_request,
                "this port speaks plain HTTP, and TLS has come: write http:// instead of https://");
  for (;;) {
    const std::size_t end = find_line_end(bytes, seen_to_);
    if (end == std::string_view::npos ? bytes.size() > limits_.bytes_max : end + 2 > limits_.bytes_max)
      return fail(errc::head_too_large, "the request line and header are larger than limits.head_bytes_max (" +
                                            std::to_string(limits_.bytes_max) + " bytes)");
    if (end == std::string_view::npos || (bytes[end] == '\r' && end + 1 == bytes.size())) {
      seen_to_ = static_cast<std::uint32_t>(std::min(end, bytes.size()));
      return status::need_more;
    }
    if (bytes[end] != '\r' || bytes[end + 1] != '\n')
      return fail(errc::malformed_request, "lines of the header must end in CR LF and hold no control characters");
    const std::string_view line = bytes.substr(line_at_, end - line_at_);
    line_at_ = seen_to_ = static_cast<std::uint32_t>(end + 2);
    if (const status s = take_line(bytes, line); s != status::need_more) return s;
  }
}

status request_parser::take_line(std::string_view bytes, std::string_view line) {
  switch (stage_) {
    case stage::before_line:
      stage_ = stage::request_line;
      if (line.empty()) return status::need_more;  // RFC 9112 2.2: one empty line before a request is ignored
      [[fallthrough]];
    case stage::request_line:
      stage_ = stage::field_lines;
      lines_at_ = line_at_;
      return request_line(bytes, line);
    case stage::field_lines: return line.empty() ? end_of_head(bytes) : field_line(bytes, line);
  }
  return status::failed;
}

status request_parser::request_line(std::string_view bytes, std::string_view line) {
  const std::size_t name_size = run_of(line, 0, is_token);
  if (name_size == 0 || name_size == line.size() || line[name_size] != ' ')
    return fail(errc::malformed_request, "the request line must be: method SP target SP HTTP/1.1");
  const std::size_t target_at = name_size + 1;
  const std::size_t path_size = run_of(line, target_at, is_path);
  const std::size_t target_size = path_size + run_of(line, target_at + path_size, is_target);
  const std::size_t end = target_at + target_size;
  if (target_size == 0 || end == line.size() || line[end] != ' ')
    return fail(errc::malformed_request,
                "the request target must be visible ASCII without '#', and a version behind it");
  head_.method = method_named(line.substr(0, name_size));
  target_ = {static_cast<std::uint32_t>(line.data() - bytes.data() + static_cast<std::ptrdiff_t>(target_at)),
             static_cast<std::uint32_t>(target_size)};
  if (const status s = version(line.substr(end + 1)); s == status::failed) return s;
  const char behind_path = line[target_at + path_size];
  const bool is_usual =
      line[target_at] == '/' && (behind_path == ' ' || behind_path == '?') && head_.method != method::known;
  if (!is_usual && form_of(line.substr(0, name_size), line.substr(target_at, target_size)) == target_form::none)
    return fail(errc::malformed_request,
                "the request target must be /path?query (percent-encoded), or http:// with a host, or * with OPTIONS");
  return status::need_more;
}

status request_parser::version(std::string_view text) {
  if (text == "HTTP/1.1" || text == "HTTP/1.0") {
    head_.minor_version = text.back() == '1' ? 1 : 0;
    return status::need_more;
  }
  const bool well_formed =
      text.size() == 8 && text.starts_with("HTTP/") && is(text[5], is_digit) && text[6] == '.' && is(text[7], is_digit);
  if (well_formed) return fail(errc::version_not_supported, "speak HTTP/1.1 (or HTTP/1.0)");
  return fail(errc::malformed_request, "the request line must end in HTTP/1.1");
}

status request_parser::field_line(std::string_view bytes, std::string_view line) {
  if (++fields_ > limits_.fields_max)
    return fail(errc::head_too_large,
                "more header fields than limits.headers_max (" + std::to_string(limits_.fields_max) + ")");
  const std::size_t colon = run_of(line, 0, is_token);
  // A folded line, or a space before the colon, fails here: neither is a token.
  if (colon == 0 || colon == line.size() || line[colon] != ':')
    return fail(errc::malformed_request, "a header field must be a token, a colon right behind it, and a value");
  if (colon > 3 && line[2] == '-' && lower(line[0]) == 'c' && lower(line[1]) == 'e') head_.has_ce = true;
  if (const auto which = field_named(line.substr(0, colon)))
    return keep(bytes, *which, trimmed(line.substr(colon + 1)));
  head_.has_record_fields |= names_record_field(line.substr(0, colon));
  return status::need_more;
}

status request_parser::keep(std::string_view bytes, field which, std::string_view value) {
  if (which == field::connection) {
    for (std::string_view list = value; !list.empty();) {
      const std::string_view option = next_in_list(list);
      closes_ |= equals_ignoring_case(option, "close");
      keeps_ |= equals_ignoring_case(option, "keep-alive");
    }
  }
  if (head_.has(which)) {
    if (which == field::host || which == field::content_length || which == field::transfer_encoding)
      return fail(errc::malformed_request, "Host, Content-Length and Transfer-Encoding may stand only once");
    head_.repeated |= bit(which);
    return status::need_more;
  }
  head_.seen |= bit(which);
  places_[static_cast<std::size_t>(which)] = {static_cast<std::uint32_t>(value.data() - bytes.data()),
                                              static_cast<std::uint32_t>(value.size())};
  return status::need_more;
}

status request_parser::end_of_head(std::string_view bytes) {
  head_.head_bytes = line_at_;
  head_.target = bytes.substr(target_.at, target_.size);
  head_.lines = bytes.substr(lines_at_, line_at_ - lines_at_ - 2);
  for (std::size_t i = 0; i < fields; ++i)
    if (head_.seen >> i & 1) head_.values[i] = bytes.substr(places_[i].at, places_[i].size);
  if (const status s = check_host(); s != status::done) return s;
  if (const status s = check_framing(); s != status::done) return s;
  return check_connection_and_expect();
}

status request_parser::check_host() {
  if (!head_.has(field::host) && head_.minor_version == 1)
    return fail(errc::malformed_request, "HTTP/1.1 requires a Host header field");
  if (!is_host_and_port(head_[field::host])) return fail(errc::malformed_request, "Host is not a host and port");
  return status::done;
}

status request_parser::check_framing() {
  if (head_.has(field::transfer_encoding)) {
    if (head_.has(field::content_length))
      return fail(errc::malformed_request, "Content-Length and Transfer-Encoding exclude each other");
    if (head_.minor_version == 0) return fail(errc::malformed_request, "HTTP/1.0 has no Transfer-Encoding");
    if (!equals_ignoring_case(head_[field::transfer_encoding], "chunked"))
      return fail(errc::malformed_request, "the only Transfer-Encoding is: chunked");
    head_.framing = framing::chunked;
    return status::done;
  }
  if (!head_.has(field::content_length)) return status::done;
  const std::string_view digits = head_[field::content_length];
  // 18 digits cannot overflow; a body of more is nobody's.
  if (digits.empty() || digits.size() > 18 || !all(digits, is_digit))
    return fail(errc::malformed_request, "Content-Length must be one decimal number");
  std::from_chars(digits.data(), digits.data() + digits.size(), head_.body_bytes);
  head_.framing = framing::length;
  return status::done;
}

status request_parser::check_connection_and_expect() {
  head_.keep_alive = !closes_ && (head_.minor_version == 1 || keeps_);
  if (!head_.has(field::expect) || head_.minor_version == 0) return status::done;  // 1.0: RFC 9110 10.1.1, ignored
  for (std::string_view list = head_[field::expect]; !list.empty();) {
    const std::string_view expectation = next_in_list(list);
    if (!expectation.empty() && !equals_ignoring_case(expectation, "100-continue"))
      return fail(errc::expectation_failed, "the only expectation that can be met is: 100-continue");
    head_.expects_continue |= !expectation.empty();
  }
  if (head_.has_repeated(field::expect)) return fail(errc::expectation_failed, "Expect may stand only once");
  return status::done;
}

}  // namespace gateway::http1
