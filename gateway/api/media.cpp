#include "gateway/api/media.h"

#include <utility>

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

// NDJSON has no registered type; these are what producers of it send.
constexpr std::string_view ndjson_names[] = {"application/x-ndjson",
                                             "application/ndjson",
                                             "application/jsonl",
                                             "application/x-jsonlines",
                                             "application/x-jsonl",
                                             "application/jsonlines",
                                             "application/json-lines",
                                             "application/x-json-lines",
                                             "application/x-json-stream",
                                             "application/stream+json",
                                             "application/json-seq",
                                             "text/x-ndjson",
                                             "text/ndjson",
                                             "text/jsonl",
                                             "application/json_lines"};

bool starts_with_ignoring_case(std::string_view text, std::string_view lower_case) noexcept {
  return http1::equals_ignoring_case(text.substr(0, lower_case.size()), lower_case);
}
bool ends_with_ignoring_case(std::string_view text, std::string_view lower_case) noexcept {
  return text.size() >= lower_case.size() &&
         http1::equals_ignoring_case(text.substr(text.size() - lower_case.size()), lower_case);
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
  for (const std::string_view name : ndjson_names)
    if (http1::equals_ignoring_case(essence, name)) return body_kind::ndjson;
  if (starts_with_ignoring_case(essence, "application/cloudevents")) return body_kind::cloud_event;
  if (starts_with_ignoring_case(essence, "application/vnd.kafka.")) return body_kind::rest_proxy;
  if (ends_with_ignoring_case(essence, "/json") || ends_with_ignoring_case(essence, "+json"))
    return body_kind::document;
  return body_kind::opaque;
}

bool is_plain_text(std::string_view content_type) noexcept {
  return http1::equals_ignoring_case(take_essence(content_type), "text/plain");
}

bool is_utf8_charset(std::string_view content_type) noexcept {
  take_essence(content_type);
  bool stood = false;
  while (!content_type.empty()) {
    const std::string_view parameter = take_essence(content_type);
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos ||
        !http1::equals_ignoring_case(http1::trimmed(parameter.substr(0, equals)), "charset"))
      continue;
    std::string_view value = http1::trimmed(parameter.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    const bool is_utf8 = http1::equals_ignoring_case(value, "utf-8") || http1::equals_ignoring_case(value, "utf8") ||
                         http1::equals_ignoring_case(value, "us-ascii");
    if (!is_utf8 || std::exchange(stood, true)) return false;
  }
  return true;
}

bool is_traceparent(std::string_view text) noexcept {
  if (text.size() != 55 || !text.starts_with("00-") || text[35] != '-' || text[52] != '-') return false;
  const std::string_view trace = text.substr(3, 32);
  const std::string_view parent = text.substr(36, 16);
  return is_lower_hex(trace) && is_lower_hex(parent) && is_lower_hex(text.substr(53)) && !is_zero(trace) &&
         !is_zero(parent);
}

}  // namespace gateway::api
