#include "gateway/api/record_fields.h"

#include <algorithm>
#include <utility>

#include "gateway/api/media.h"
#include "gateway/decode/rfc3339.h"
#include "gateway/http1/chars.h"
#include "gateway/http1/ext_value.h"
#include "gateway/ingress/webhook.h"

namespace gateway::api {
namespace {

using maybe = std::optional<http1::problem>;

constexpr std::string_view ours = "headgate-";
constexpr std::string_view header_prefix = "headgate-header-";

http1::problem bad_field(std::string detail) { return {http1::errc::invalid_field, std::move(detail)}; }

bool begins_with(std::string_view name, std::string_view lower_case) noexcept {
  return name.size() >= lower_case.size() && http1::equals_ignoring_case(name.substr(0, lower_case.size()), lower_case);
}

/// Fields that a pattern with `*` never takes: they would put credentials into the log. Named whole, they are taken.
bool is_credential(std::string_view name) noexcept {
  constexpr std::string_view credentials[] = {"authorization", "proxy-authorization", "cookie", "x-api-key"};
  return std::ranges::any_of(credentials, [name](std::string_view c) { return http1::equals_ignoring_case(name, c); });
}

bool equals(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, [](char x, char y) { return http1::lower(x) == http1::lower(y); });
}

/// As config::matches, whatever the case.
bool matches(std::string_view pattern, std::string_view name) noexcept {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return equals(pattern, name);
  if (name.size() < star || !equals(pattern.substr(0, star), name.substr(0, star))) return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t from = star; from <= name.size(); ++from)
    if (matches(rest, name.substr(from))) return true;
  return false;
}

/// The name that a listed field's header has; empty: it is not listed.
std::string_view listed_as(const config::topic_settings& of, std::string_view name) noexcept {
  for (const std::string& pattern : of.headers) {
    if (!matches(pattern, name)) continue;
    if (pattern.find('*') == std::string::npos) return pattern;
    if (!is_credential(name)) return name;
  }
  return of.webhook == config::webhook_kind::github && begins_with(name, "x-github-") ? name : std::string_view{};
}

/// These have their own way into the record.
bool is_taken_anyway(std::string_view name) noexcept {
  return begins_with(name, ours) || http1::equals_ignoring_case(name, "tracestate") ||
         http1::equals_ignoring_case(name, "traceparent");
}

}  // namespace

maybe record_fields::read(const http1::request_head& head) {
  headers_.clear();
  texts_.clear();
  key_.reset();
  timestamp_ms_.reset();
  signature_ = event_id_ = idempotency_key_ = {};
  if (!head.has_repeated(http1::field::traceparent) && is_traceparent(head[http1::field::traceparent]))
    headers_.push_back({"traceparent", head[http1::field::traceparent]});
  if (!head.has_record_fields) return {};
  maybe wrong;
  http1::for_each_field(head, [&](const http1::field_line& line) {
    if (!wrong) wrong = read_line(line);
  });
  if (!wrong && key_ && head.has(http1::field::headgate_key))
    return bad_field("Headgate-Key and Headgate-Key* exclude each other: send one");
  return wrong;
}

maybe record_fields::read_line(const http1::field_line& line) {
  if (http1::equals_ignoring_case(line.name, "tracestate")) {
    headers_.push_back({"tracestate", line.value});
    return {};
  }
  if (begins_with(line.name, header_prefix)) return read_header(line.name.substr(header_prefix.size()), line.value);
  if (http1::equals_ignoring_case(line.name, "headgate-timestamp")) return read_timestamp(line.value);
  if (http1::equals_ignoring_case(line.name, "headgate-key*")) return read_key(line.value);
  if (http1::equals_ignoring_case(line.name, "headgate-event-id")) event_id_ = line.value;
  if (http1::equals_ignoring_case(line.name, "idempotency-key")) idempotency_key_ = http1::unquoted(line.value);
  return {};
}

maybe record_fields::read_key(std::string_view value) {
  auto text = http1::decode_ext_value(value);
  if (key_ || !text || text->empty())
    return bad_field("Headgate-Key* must stand once and be text as RFC 8187 writes it: UTF-8''na%C3%AFve");
  key_ = texts_.emplace_back(*std::move(text));
  return {};
}

maybe record_fields::read_timestamp(std::string_view value) {
  const auto ms = decode::parse_timestamp_ms(value);
  if (timestamp_ms_ || !ms || *ms < 0)
    return bad_field(
        "Headgate-Timestamp must stand once and be RFC 3339 (2024-02-29T12:00:00Z) or milliseconds since "
        "1970");
  timestamp_ms_ = ms;
  return {};
}

maybe record_fields::read_header(std::string_view name, std::string_view value) {
  const bool is_extended = name.ends_with('*');
  if (is_extended) name.remove_suffix(1);
  if (name.empty()) return bad_field("Headgate-Header- needs a name behind it: Headgate-Header-source: shop");
  if (is_extended) {
    auto text = http1::decode_ext_value(value);
    if (!text)
      return bad_field("Headgate-Header-" + std::string(name.substr(0, 100)) +
                       "* must be text as RFC 8187 writes it: UTF-8''na%C3%AFve");
    value = texts_.emplace_back(*std::move(text));
  }
  headers_.push_back({name, value});
  return {};
}

void record_fields::read_listed(const http1::request_head& head, const config::topic_settings& of) {
  const std::string_view signed_by = ingress::signature_field(of.webhook);
  if (of.headers.empty() && signed_by.empty()) return;
  http1::for_each_field(head, [&](const http1::field_line& line) {
    if (!signed_by.empty() && http1::equals_ignoring_case(line.name, signed_by)) signature_ = line.value;
    if (is_taken_anyway(line.name)) return;
    if (const std::string_view name = listed_as(of, line.name); !name.empty()) headers_.push_back({name, line.value});
  });
}

void record_fields::put_into(ingress::request& r) const noexcept {
  r.headers = headers_;
  r.timestamp_ms = timestamp_ms_;
  r.signature = signature_;
  r.event_id = event_id_;
  r.idempotency_key = idempotency_key_;
  if (key_) r.key = key_;
}

}  // namespace gateway::api
