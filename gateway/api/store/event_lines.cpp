#include "gateway/api/store/event_lines.h"

#include <algorithm>
#include <array>

#include "gateway/api/media.h"
#include "gateway/decode/checker.h"
#include "gateway/http1/chars.h"
#include "gateway/http1/json_text.h"
#include "gateway/http1/reply.h"

namespace gateway::api::store {
namespace {

constexpr std::uint32_t depth_max = 1024;  // the most that a configuration may allow an event

void append_base64(std::string& to, std::string_view bytes) {
  static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < left ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) to += k <= left ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
}

// Outside of strings only: a line break in a JSON string is escaped.
void append_on_one_line(std::string& to, std::string_view json) {
  const std::size_t at = to.size();
  to += json;
  std::replace_if(
      to.begin() + static_cast<std::ptrdiff_t>(at), to.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
}

}  // namespace

void append_event(std::string& to, const ::store::stored_event& e, read_form form) {
  to += R"({"version":)";
  http1::append_number(to, e.version);
  to += R"(,"offset":)";
  http1::append_number(to, e.offset);
  to += R"(,"timestamp":)";
  http1::append_number(to, e.timestamp_ms);
  if (decode::check(e.value, depth_max)) {
    to += R"(,"event_base64":")";
    append_base64(to, e.value);
    to += '"';
  } else {
    to += R"(,"event":)";
    if (form == read_form::ndjson)
      append_on_one_line(to, e.value);
    else
      to += e.value;
  }
  to += '}';
}

read_form form_of(std::string_view accept) noexcept {
  while (!accept.empty()) {
    const std::size_t end = std::min(accept.find(','), accept.size());
    const std::string_view type = http1::trimmed(accept.substr(0, end));
    accept.remove_prefix(std::min(accept.size(), end + 1));
    if (body_kind_of(type) == body_kind::ndjson) return read_form::ndjson;
    if (body_kind_of(type) == body_kind::json) return read_form::json;
  }
  return read_form::json;
}

std::string_view content_type_of(read_form form) noexcept {
  return form == read_form::ndjson ? "application/x-ndjson" : http1::reply::json_content_type;
}

}  // namespace gateway::api::store
