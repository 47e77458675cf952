#include "gateway/api/origins.h"

#include <algorithm>

#include "gateway/config/values.h"
#include "gateway/http1/chars.h"

namespace gateway::api {
namespace {

// The fields that a page may send with a request. Browsers let it send Accept and the like anyhow.
constexpr std::string_view fields_taken =
    "Authorization, Content-Encoding, Content-Type, Expected-Version, Headgate-Event-Id, Headgate-Key, "
    "Headgate-Partial, Headgate-Timestamp, "
    "Idempotency-Key, If-Match, If-None-Match, X-Api-Key, X-Request-Id, traceparent, tracestate";
constexpr std::string_view fields_shown =
    "ETag, Headgate-Aggregate-Version, Headgate-Owner, Location, Retry-After, WWW-Authenticate";
constexpr std::string_view seconds_remembered = "7200";  // browsers remember no longer

std::string_view host_of(std::string_view origin) noexcept {
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos ? std::string_view() : origin.substr(scheme + 3);
}

bool is_plain(std::string_view origin) noexcept {
  return origin.size() <= 256 && std::ranges::all_of(origin, [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_meant(const std::string& pattern, std::string_view origin) noexcept {
  return host_of(pattern).find('*') == std::string_view::npos ? pattern == origin : config::matches(pattern, origin);
}

void append_allowed(std::string& to, const config::topic_settings& of, std::string_view origin) {
  to.append("Access-Control-Allow-Origin: ").append(origin).append("\r\nVary: Origin\r\n");
  if (names_origin(of, origin)) to.append("Access-Control-Allow-Credentials: true\r\n");
}

}  // namespace

bool is_foreign(const http1::request_head& head) noexcept {
  if (!head.has(http1::field::origin)) return false;
  if (head.has_repeated(http1::field::origin)) return true;
  const std::string_view host = host_of(head[http1::field::origin]);
  const std::string_view asked = head[http1::field::host];
  return host.empty() || host.size() != asked.size() ||
         !std::equal(host.begin(), host.end(), asked.begin(),
                     [](char a, char b) { return http1::lower(a) == http1::lower(b); });
}

bool allows_origin(const config::topic_settings& of, std::string_view origin) noexcept {
  return is_plain(origin) && std::ranges::any_of(of.cors_origins, [&](const std::string& pattern) {
           return pattern == "*" || is_meant(pattern, origin);
         });
}

bool names_origin(const config::topic_settings& of, std::string_view origin) noexcept {
  return origin != "null" && is_plain(origin) && std::ranges::any_of(of.cors_origins, [&](const std::string& pattern) {
           const std::string_view host = host_of(pattern);
           const bool is_loose = pattern == "*" || (host.starts_with('*') && !host.starts_with("*."));
           return !is_loose && is_meant(pattern, origin);
         });
}

void append_origin_fields(std::string& to, const config::topic_settings& of, std::string_view origin) {
  append_allowed(to, of, origin);
  to.append("Access-Control-Expose-Headers: ").append(fields_shown).append("\r\n");
}

void append_preflight_fields(std::string& to, const config::topic_settings& of, std::string_view origin,
                             std::string_view methods) {
  append_allowed(to, of, origin);
  to.append("Access-Control-Allow-Methods: ").append(methods).append("\r\nAccess-Control-Allow-Headers: ");
  to.append(fields_taken).append("\r\nAccess-Control-Max-Age: ").append(seconds_remembered).append("\r\n");
}

}  // namespace gateway::api
