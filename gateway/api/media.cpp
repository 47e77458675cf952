#include "gateway/api/media.h"

#include "gateway/http1/chars.h"

namespace gateway::api {
namespace {

// The part of "type/subtype; a=b" before the first semicolon; the rest stays in `rest`.
std::string_view take_essence(std::string_view& rest) noexcept {
  const std::size_t end = rest.find(';');
  const std::string_view essence = http1::trimmed(rest.substr(0, end));
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return essence;
}

bool is_refused(std::string_view parameters) noexcept {
  while (!parameters.empty()) {
    const std::string_view p = take_essence(parameters);
    if (p.size() < 3 || http1::lower(p[0]) != 'q' || p[1] != '=') continue;
    return p.substr(2).find_first_not_of("0.") == std::string_view::npos;  // q=0, q=0.0, ..
  }
  return false;
}

bool is_lower_hex(std::string_view text) noexcept {
  for (const char c : text)
    if (!http1::is(c, http1::is_hex) || (c >= 'A' && c <= 'F')) return false;
  return true;
}

bool is_zero(std::string_view text) noexcept { return text.find_first_not_of('0') == std::string_view::npos; }

}  // namespace

body_kind body_kind_of(std::string_view content_type) noexcept {
  const std::string_view essence = take_essence(content_type);
  if (http1::equals_ignoring_case(essence, "application/json")) return body_kind::json;
  if (http1::equals_ignoring_case(essence, "application/x-ndjson") ||
      http1::equals_ignoring_case(essence, "application/jsonl"))
    return body_kind::ndjson;
  return body_kind::opaque;
}

bool is_utf8_charset(std::string_view content_type) noexcept {
  take_essence(content_type);
  while (!content_type.empty()) {
    const std::string_view parameter = take_essence(content_type);
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos ||
        !http1::equals_ignoring_case(http1::trimmed(parameter.substr(0, equals)), "charset"))
      continue;
    std::string_view value = http1::trimmed(parameter.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return http1::equals_ignoring_case(value, "utf-8") || http1::equals_ignoring_case(value, "utf8") ||
           http1::equals_ignoring_case(value, "us-ascii");
  }
  return true;
}

bool accepts_json(std::string_view accept) noexcept {
  if (http1::trimmed(accept).empty()) return true;
  while (!accept.empty()) {
    std::string_view range = http1::next_in_list(accept);
    const std::string_view type = take_essence(range);
    const bool fits = type == "*/*" || http1::equals_ignoring_case(type, "application/*") ||
                      http1::equals_ignoring_case(type, "application/json") ||
                      http1::equals_ignoring_case(type, "application/problem+json");
    if (fits && !is_refused(range)) return true;
  }
  return false;
}

bool is_traceparent(std::string_view text) noexcept {
  if (text.size() != 55 || !text.starts_with("00-") || text[35] != '-' || text[52] != '-') return false;
  const std::string_view trace = text.substr(3, 32);
  const std::string_view parent = text.substr(36, 16);
  return is_lower_hex(trace) && is_lower_hex(parent) && is_lower_hex(text.substr(53)) && !is_zero(trace) &&
         !is_zero(parent);
}

}  // namespace gateway::api
